"""What every finding owes its reader, as far as a machine can tell."""

from __future__ import annotations

import re

from helpers.checks import Finding

LONGEST = {"message": 400, "expected": 400, "got": 420, "look_again": 220}
#: Their messages say which module, or which file, in full.
TELLING = {"mode-not-restored", "not-started"}

_ADDRESS = re.compile(r"\b0x[0-9A-Fa-f]{6,}")
_DIGITS = re.compile(r"\d\.\d{11,}|\d{17,}")


def complaints(finding: Finding, first: bool = True) -> list[str]:
    """Return what a learner would stumble over; the first finding also has to show something."""
    parts = {name: getattr(finding, name) for name in LONGEST}
    said = [
        f"{name} has {len(text)} characters" for name, text in parts.items()
        if len(text) > LONGEST[name]
    ]  # fmt: skip
    for name, text in parts.items():
        if _ADDRESS.search(text):
            said.append(f"{name} has an address in memory")
        if _DIGITS.search(text):
            said.append(f"{name} has more digits than anybody reads")
        if "{" in text and name == "message":
            said.append("message has a placeholder that nothing filled")
    if not finding.message.endswith((".", "?")):
        said.append("message is no sentence")
    if not finding.look_again:
        said.append("nowhere to look again")
    shown = finding.expected or finding.got
    if first and not shown and finding.code not in TELLING:
        said.append("neither expected nor got")
    if shown and finding.expected == finding.got:
        said.append("expected and got are the same")
    return said
