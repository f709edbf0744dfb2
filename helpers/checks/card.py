"""The card a learner sees: what is wrong in plain words, expected and got, where to look again."""

import html
import sys
from typing import Any

from helpers.checks.core import Evidence, Exercise, Finding, Verdict

#: glyph, word, colour of the badge (white on it reads well, in light and dark themes)
_LOOKS = {
    "correct": ("✓", "Correct", "#00735c"),
    "not-started": ("○", "Not started", "#4a6078"),
    "wrong": ("✗", "Not yet", "#b34700"),
}
_BADGE = (
    "display:inline-block;padding:1px 10px;border-radius:10px;color:#fff;font-weight:600;"
    "margin-right:8px;background:{colour}"
)
_FRAME = (
    "border:1px solid var(--jp-border-color2,#c8c8c8);border-left:6px solid {colour};"
    "border-radius:4px;padding:10px 14px;margin:4px 0;max-width:46em;line-height:1.5;"
    "color:var(--jp-content-font-color1,#1b1b1b);background:var(--jp-layout-color1,#fff);"
    "font-family:var(--jp-content-font-family,sans-serif);font-size:var(--jp-content-font-size1,14px)"
)
_GRID = "display:grid;grid-template-columns:max-content 1fr;column-gap:12px;margin-top:4px"
_QUIET = "color:var(--jp-content-font-color2,#4d4d4d)"
_CODE = (
    "white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;padding:6px 8px;border-radius:3px;"
    "color:var(--jp-content-font-color1,#1b1b1b);background:var(--jp-layout-color2,#f2f2f2);"
    "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px)"
)


def headline(exercise: Exercise, verdict: Verdict) -> str:
    """The outcome in one line, for the exception and for plain reports."""
    if verdict.name == "correct":
        return f"{exercise.id}: all visible checks passed"
    first = verdict.findings[0]
    if verdict.name == "not-started":
        return f"{exercise.id}: not started yet"
    return f"{exercise.id}: {_split(first.message)[0]} [{first.code}]"


def show(exercise: Exercise, verdict: Verdict, evidence: Evidence) -> None:
    """Show the card in a notebook, or print its text anywhere else. Never on stderr."""
    text = as_text(exercise, verdict, evidence)
    if not in_kernel():
        print(text)
        return
    from IPython.display import display

    page = as_html(exercise, verdict, evidence)
    display({"text/html": page, "text/plain": text}, raw=True)


def in_kernel() -> bool:
    """Whether a notebook runs this."""
    return kernel_shell() is not None


def kernel_shell() -> Any:
    """IPython's shell, if a notebook runs this; else None."""
    module = sys.modules.get("IPython")
    shell: Any = module.get_ipython() if module is not None else None  # type: ignore[attr-defined]
    return shell if getattr(shell, "kernel", None) is not None else None


def as_text(exercise: Exercise, verdict: Verdict, evidence: Evidence) -> str:
    """The card as plain text, everything included."""
    glyph, word, _ = _looks(verdict)
    lines = [f"{glyph} {word}: {exercise.id}"]
    if verdict.name == "correct":
        lines += [f"  {_passed(exercise, verdict)}"]
    for finding in verdict.findings:
        lines += [f"  {finding.message}"]
        lines += [f"    {label}: {text}" for label, text in _rows(finding)]
        lines += [f"    {line}" for line in finding.details.splitlines()]
    for title, text in _extras(evidence):
        lines += [f"  {title}:", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines)


def as_html(exercise: Exercise, verdict: Verdict, evidence: Evidence) -> str:
    """The card as HTML; inline styles only, so that it survives wherever a notebook is shown."""
    glyph, word, colour = _looks(verdict)
    parts = [
        f'<div><span style="{_BADGE.format(colour=colour)}"><span aria-hidden="true">{glyph}'
        f'</span> {word}</span><code style="{_QUIET};background:none">{_safe(exercise.id)}</code>'
        "</div>"
    ]
    if verdict.name == "correct":
        passed = _safe(_passed(exercise, verdict))
        parts.append(f'<div style="margin-top:6px">{passed}</div>')
    for index, finding in enumerate(verdict.findings):
        parts.append(_finding_html(finding, index == 0))
    for title, text in _extras(evidence):
        parts.append(_folded(title, text))
    label = _safe(f"{word}: {exercise.id}")
    frame = _FRAME.format(colour=colour)
    return f'<div role="region" aria-label="{label}" style="{frame}">{"".join(parts)}</div>'


def _passed(exercise: Exercise, verdict: Verdict) -> str:
    return verdict.note or f"All visible checks passed: {exercise.checked}."


def _finding_html(finding: Finding, first: bool) -> str:
    size = "font-size:1.1em;" if first else ""
    what, why = _split(finding.message)
    parts = [f'<div style="{size}font-weight:600;margin-top:8px">{_safe(what)}</div>']
    if why:
        parts.append(f"<div>{_safe(why)}</div>")
    rows = "".join(
        f'<div style="{_QUIET}">{_safe(label)}</div>'
        f'<div style="overflow-wrap:anywhere;min-width:0">{_safe(text)}</div>'
        for label, text in _rows(finding)
    )
    parts.append(f'<div style="{_GRID}">{rows}</div>' if rows else "")
    if finding.details:
        parts.append(_folded("Where it happened", finding.details))
    return "".join(parts)


def _split(message: str) -> tuple[str, str]:
    """What is wrong, and why it matters: the first sentence and the rest."""
    what, stop, why = message.partition(". ")
    return (f"{what}.", why) if stop else (message, "")


def _rows(finding: Finding) -> list[tuple[str, str]]:
    rows = [
        ("expected", finding.expected), ("got", finding.got), ("look again at", finding.look_again),
    ]  # fmt: skip
    return [(label, text) for label, text in rows if text]


def _extras(evidence: Evidence) -> list[tuple[str, str]]:
    """What the answer printed and warned about: shown on the card instead of around it."""
    extras = []
    printed, length = str(evidence.get("printed", "")), evidence.get("printed_length", 0)
    if printed:
        lines = printed.splitlines()[:20]
        shown = "\n".join(lines)
        more = length - len(shown) > 1
        extras.append(("Your function printed", shown + ("\n…" if more else "")))
    if evidence.get("warnings"):
        extras.append(("Warnings while it ran", "\n".join(map(str, evidence["warnings"]))))
    return extras


def _folded(title: str, text: str) -> str:
    return (
        f'<details style="margin-top:6px"><summary style="cursor:pointer;{_QUIET}">{_safe(title)}'
        f'</summary><pre style="{_CODE}">{_safe(text)}</pre></details>'
    )


def _looks(verdict: Verdict) -> tuple[str, str, str]:
    return _LOOKS.get(verdict.name, _LOOKS["wrong"])


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
