"""Text from a submission, made fit to be read: terminal codes gone, hidden characters shown.

What comes out is plain text, not HTML: templates still escape it.
"""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
#: Nothing is seen of them, but they hide text, or turn it round: U+202E shows "gpj.x" as "x.jpg".
_INVISIBLE = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff\ud800-\udfff"
)
#: Joiners shape Arabic, Indic scripts and emoji; after a Latin letter they only deceive.
_JOINERS = r"(?<![^\x00-\u02ff])[\u200c\u200d\ufe0f]"
#: Marks piled on one letter run over the lines around it.
_PILE = (
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5,}"
)  # fmt: skip
HIDDEN = re.compile(rf"(?P<one>[{_CONTROLS}{_INVISIBLE}]|{_JOINERS})(?P=one)*|{_PILE}")

_ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, movements
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # titles, links
    r"|\x1b[ -/]*[0-~]"
)


def visible(text: str) -> str:
    """Show what hides: NUL as ␀, an override as ⟨U+202E⟩, a hundred of them as ⟨U+202E ×100⟩.

    Line feeds and tabs stay. A carriage return alone, after which a terminal would write over the
    line, ends it here.
    """
    text = text.replace("\r\n", "\n").replace("\r", "␍\n")
    return HIDDEN.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    count, one = len(found[0]), found["one"]
    if one is None:
        return f"⟨{count} marks⟩"
    code = ord(one)
    if code < 0x20 or code == 0x7F:
        picture = "␡" if code == 0x7F else chr(0x2400 + code)
        return picture if count == 1 else f"{picture}×{count}"
    return f"⟨U+{code:04X}⟩" if count == 1 else f"⟨U+{code:04X} ×{count}⟩"


def without_ansi(text: str) -> str:
    """Remove what colours a terminal, moves its cursor or sets its title."""
    return _ANSI.sub("", text)


def shortened(text: str, most: int) -> str:
    """Keep the first `most` characters; say how many are left out."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n… and {len(text) - most:,} more characters"


def one_line(text: str, most: int = 500) -> str:
    """Put a text on one line of at most `most` characters; nothing hidden is left in it."""
    line = visible(" ".join(without_ansi(text[: 4 * most]).split()))
    return line if len(line) <= most else line[: most - 1] + "…"


def printed(text: str, most: int = 20_000) -> str:
    """Return what a program printed, as it may stand on a page."""
    return shortened(visible(without_ansi(text)), most)


def count_of(number: int, one: str, many: str = "") -> str:
    """Return "1 learner", "2 learners"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def number(value: float) -> str:
    """Return points as people write them: 2, 0.5, 1.67."""
    return f"{round(value, 2):g}"
