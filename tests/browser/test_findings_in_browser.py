"""The page of all findings in a real browser: light, dark, on a telephone, searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from helpers.authoring.findings import write_findings
from helpers.places import repository


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of one exercise, whose answers are quick to check."""
    output = tmp_path_factory.mktemp("findings") / "page.html"
    return write_findings(repository(), "wall.accuracy", output).path


@pytest.fixture
def page(chromium: Browser, page_file: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open it; nothing may be fetched, and nothing may complain."""
    scheme, width = getattr(request, "param", ("light", 1500))
    context = chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True
    )
    opened = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda sent: asked.append(sent.url))
    opened.goto(page_file.as_uri())
    yield opened
    context.close()
    assert complaints == []
    assert asked == [page_file.as_uri()]


@pytest.mark.parametrize(
    "page", [("light", 1500), ("dark", 1500), ("light", 360), ("dark", 360)], indirect=True
)
def test_the_page_fits_and_its_cards_follow_the_scheme(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    brightness = page.locator(".seen > div").first.evaluate(
        "card => { const shown = getComputedStyle(card);"
        " return [shown.backgroundColor, shown.color]"
        ".map(colour => Number(colour.match(/\\d+/)[0])); }"
    )
    paper, ink = brightness
    assert (paper < 60 and ink > 180) if dark else (paper > 240 and ink < 60)


def test_a_word_leaves_the_findings_that_have_it(page: Page) -> None:
    findings = page.locator(".finding:visible")
    everything = findings.count()
    having = [
        finding.get_attribute("id")
        for finding in findings.all()
        if "returned a percentage" in str(finding.text_content())
    ]
    assert "wall.accuracy:percent-not-fraction" in having and len(having) < everything
    page.get_by_label("Show those with").fill("percentage RETURNED")
    assert [finding.get_attribute("id") for finding in findings.all()] == having
    assert page.get_by_role("status").inner_text().startswith(f"{len(having)} of ")
    page.get_by_label("Show those with").fill("nobody says this")
    assert findings.count() == page.locator(".exercise:visible").count() == 0
    page.get_by_label("Show those with").fill("")
    assert findings.count() == everything
    assert page.get_by_role("status").inner_text() == ""


def test_the_code_of_an_answer_unfolds_beside_its_card(page: Page) -> None:
    finding = page.locator("[id='wall.accuracy:smallest-score']")
    code = finding.locator("pre").first
    assert not code.is_visible()
    finding.locator("details.source > summary").first.press("Enter")
    assert code.is_visible() and "def accuracy" in code.inner_text()
    card = finding.locator(".seen").first.bounding_box()
    beside = code.bounding_box()
    assert card and beside and beside["x"] >= card["x"] + card["width"]


def test_the_contents_lead_to_the_exercise(page: Page) -> None:
    page.get_by_role("navigation").get_by_text("wall.accuracy").click()
    expect(page).to_have_url(re.compile(r"#wall\.accuracy$"))  # the page moves after the click
