"""Formgrader's grading page finds its score boxes: it looks for them by the grade ids."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser
from support import STUDENTS, Classroom, Server, formgrader_page, submission_id


@pytest.mark.parametrize("student", STUDENTS)
def test_the_grading_page_shows_the_scores(
    lesson: str, student: str, graded: Classroom, formgrader: Server, chromium: Browser
) -> None:
    identity = submission_id(graded, student, lesson)
    page = chromium.new_page(extra_http_headers=formgrader.authorization)
    # MathJax is asked for at a CDN; a test needs no network.
    page.route(
        "**/*",
        lambda route: (
            route.continue_() if route.request.url.startswith(formgrader.url) else route.abort()
        ),
    )
    page.goto(f"{formgrader.url}formgrader/submissions/{identity}/")
    page.wait_for_function("() => window.formgrader && formgrader.grade_uis.length > 0")
    grades = json.loads(formgrader_page(formgrader, f"/api/grades?submission_id={identity}"))
    assert grades
    for grade in grades:
        box = page.locator(f"[id='{grade['name']}'].score")
        if grade["auto_score"] is not None:
            page.wait_for_function(
                "([id, points]) => Number(document.getElementById(id).placeholder) === points "
                "&& document.getElementById(id).placeholder !== ''",
                arg=[grade["name"], grade["auto_score"]],
            )
        assert box.is_enabled()
    page.close()
