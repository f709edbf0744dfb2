"""A file of predictions as plain data, whatever it really is."""

import codecs
import csv
import io
import os
from pathlib import Path

from helpers.checks.core import Evidence
from helpers.checks.observe import observe

MAX_BYTES = 2 * 2**20
MAX_ROWS, MAX_CELLS, MAX_TEXT = 20_000, 6, 60
_DELIMITERS = ",;\t"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_table(answer: object) -> Evidence:
    """Read the file that `answer` names, and describe what was found.

    Returns:
        `file`: "table", "missing", "folder", "unreadable", "large", "binary", or "none" where the
        answer is not the name of a file; `name` of the file; `rows` of a table, the header
        included, each a list of texts; `cut`, whether there are more rows; `about`, in words, what
        else there is to say; `given`, an observation of an answer that names no file.
    """
    if not isinstance(answer, str | os.PathLike):
        return {"file": "none", "given": observe(answer)}
    try:
        path = Path(answer).expanduser()
        found = _read(path)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return {"file": "unreadable", "name": _text(str(answer)), "about": _text(str(reason))}
    return {"name": _text(path.name), **found}


def _read(path: Path) -> Evidence:
    if not path.exists():
        near = sorted(at.name for at in path.parent.glob("*.csv")) if path.parent.is_dir() else []
        return {"file": "missing", "about": _text(", ".join(near[:3]))}
    if not path.is_file():
        return {"file": "folder"}
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return {"file": "large", "about": f"{path.stat().st_size / 2**20:.1f} MB"}
    text = _decoded(content)
    if text is None:
        return {"file": "binary"}
    return _table(text)


def _decoded(content: bytes) -> str | None:
    """The text in a file, in the encodings that spreadsheets write; None if it is not text."""
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _table(text: str) -> Evidence:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells = [_text(cell) for cell in row[:MAX_CELLS]]
            if not any(cells):
                continue
            if len(rows) > MAX_ROWS:
                return {"file": "table", "rows": rows[:MAX_ROWS], "cut": True}
            rows.append(cells)
    except csv.Error:
        return {"file": "binary"}
    return {"file": "table", "rows": rows, "cut": False}


def _text(value: str) -> str:
    shown = value[: 2 * MAX_TEXT].encode("utf-8", "replace").decode()
    return " ".join(shown.split())[:MAX_TEXT]
