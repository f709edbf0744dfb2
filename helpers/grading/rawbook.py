"""A learner's notebook as a list of cells, whatever state its file is in. Nothing is executed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 20 * 2**20
MAX_CELLS = 50_000
MAX_SOURCE = 100_000
"""Characters of one cell: longer ones are cut, and say so."""

_MAX_BRACKETS = 500_000
_MAX_KEYS = 1_000_000
_MAX_DIGITS = 30
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unreadable(ValueError):
    """It is no notebook; the message says why, in one line."""


@dataclass(frozen=True)
class RawCell:
    """What a cell of the learner says of itself; none of it is to be believed."""

    at: int
    kind: str  #: "code", "markdown" or "raw"
    source: str
    id: str = ""
    grade_id: str = ""
    too_long: bool = False


@dataclass(frozen=True)
class RawBook:
    """The cells of a learner's notebook, and what had to be repaired."""

    cells: tuple[RawCell, ...]
    notes: tuple[str, ...] = ()


def read_raw(data: bytes) -> RawBook:
    """Read a notebook's cells; outputs, attachments and metadata are dropped at once.

    Repaired are: missing ids and outputs, old formats (worksheets of nbformat 3 included), sources
    as lists or of a wrong type, unknown kinds of cells, NaN and endless integers.

    Raises:
        Unreadable: it is no JSON, too large, too deeply nested, or holds no cells.
    """
    plain, notes = _loads(data)
    if not isinstance(plain, dict):
        raise Unreadable("the file is JSON, but no notebook")
    found = _list_of_cells(plain)
    if found is None:
        raise Unreadable("the file is JSON, but holds no cells: it is no notebook")
    if len(found) > MAX_CELLS:
        raise Unreadable(f"the notebook has {len(found):,} cells: at most {MAX_CELLS:,} are read")
    cells: list[RawCell] = []
    for cell in found:
        if isinstance(cell, dict):
            cells.append(_cell(cell, len(cells)))
        else:
            notes.append("something in the list of cells is no cell and was left out")
    return RawBook(tuple(cells), tuple(dict.fromkeys(notes)))


def _loads(data: bytes) -> tuple[Any, list[str]]:
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the notebook has {len(data) / 2**20:.0f} MB: at most 20 MB are read")
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("the file is empty")
    brackets = data.count(b"[") + data.count(b"{")
    if brackets > _MAX_BRACKETS or data.count(b'":') > _MAX_KEYS:
        raise Unreadable("the notebook holds far more parts than any notebook needs")
    notes: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            notes.append("the file says some things twice; the last one counts")
        return made

    try:
        text = data.decode(json.detect_encoding(data))
        plain = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=pairs,
            parse_int=lambda digits: int(digits) if len(digits) < _MAX_DIGITS else 0,
            parse_float=lambda digits: float(digits[:400]),
            parse_constant=lambda name: None,
        )
    except RecursionError as error:
        raise Unreadable("the notebook is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise Unreadable("the file is not text in UTF-8") from error
    except ValueError as error:
        reason = getattr(error, "msg", "")
        line = getattr(error, "lineno", 0)
        where = f" in line {line} ({reason})" if line else ""
        raise Unreadable(f"the file is broken{where}: it is no valid JSON") from error
    return plain, notes


def _list_of_cells(plain: dict[str, Any]) -> list[Any] | None:
    cells = plain.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = plain.get("worksheets")
    if not isinstance(sheets, list):
        return None
    found: list[Any] = []
    for sheet in sheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            found += sheet["cells"]
    return found


def _cell(cell: dict[str, Any], at: int) -> RawCell:
    kind = cell.get("cell_type")
    source = _text(cell.get("source", cell.get("input")))
    if kind == "heading":
        level = cell.get("level")
        depth = level if isinstance(level, int) and 1 <= level <= 6 else 1
        kind, source = "markdown", "#" * depth + " " + source
    elif kind not in ("code", "markdown", "raw"):
        kind = "code" if "outputs" in cell or "input" in cell else "raw"
    metadata = cell.get("metadata")
    settings = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = settings.get("grade_id") if isinstance(settings, dict) else None
    cell_id = cell.get("id")
    return RawCell(
        at=at,
        kind=str(kind),
        source=source[:MAX_SOURCE],
        id=cell_id if isinstance(cell_id, str) else "",
        grade_id=grade_id if isinstance(grade_id, str) else "",
        too_long=len(source) > MAX_SOURCE,
    )


def _text(value: Any) -> str:
    """A source, be it a string, a list of lines, or something that it should not be."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    if not isinstance(value, str):
        return ""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    # Half of a surrogate pair cannot be written to any file.
    return value.encode("utf-8", "replace").decode().rstrip()


def one_line(text: str, limit: int = 200) -> str:
    """A text for a message: one line, no control characters, not too long."""
    clean = " ".join(_CONTROL.sub(" ", text).split())
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
