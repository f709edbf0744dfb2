"""Wrong files of predictions: what the last steps of lesson 07 are given instead of a function."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from helpers.checks.past.capstone import public_key
from helpers.checks.past.field_steps import FieldStep
from helpers.checks.past.table import MAX_BYTES, MAX_ROWS
from helpers.data.flora.class_set import picture_names, set_id
from helpers.places import CLASS_FILE, PREDICTIONS

Rows = list[tuple[str, str]]
Make = Callable[[Rows], Any]
_LINES = 6  # of a file that are shown
_OTHERS = picture_names(set_id("2019" * 16), 480)


def _table(rows: Rows, header: str = "picture,species") -> bytes:
    return "\n".join([header, *(",".join(row) for row in rows), ""]).encode()


def _shifted(rows: Rows) -> Rows:
    """Each picture with the species of the next."""
    species = [name for _, name in rows]
    return list(zip((name for name, _ in rows), [*species[1:], species[0]], strict=True))


#: By finding: where it comes from, and the answer made of right rows; bytes are a file's content.
EXAMPLES: dict[str, tuple[str, Make]] = {
    "not-a-file": ("The predictions themselves are handed over.", lambda rows: rows[:2]),
    "folder": ("The folder is named, not the file in it.", lambda rows: "."),
    "unreadable": ("A name that no file can have.", lambda rows: "predictions" * 500),
    "too-large": (
        "Everything is written again in each round of a loop.",
        lambda rows: _table(rows * (MAX_BYTES // 4000)),
    ),
    "binary": (
        "A spreadsheet, renamed.", lambda rows: b"PK\x03\x04\x14\0\x06\0" + b"\0" * 400,
    ),
    "empty-file": ("Opened for writing, and nothing written.", lambda rows: b""),
    "header-only": ("The loop over the batches never ran.", lambda rows: _table([])),
    "wrong-columns": (
        "Only the species are written.",
        lambda rows: "\n".join(["species", *(name for _, name in rows)]).encode(),
    ),
    "damaged-pictures": ("The class's pictures were cut off on their way.", _table),
    "another-set": (
        "The pictures of another class.",
        lambda rows: _table(list(zip(_OTHERS, (species for _, species in rows), strict=False))),
    ),
    "numbered-pictures": (
        "Rows are numbered, as a table of pandas does it.",
        lambda rows: _table([(str(n), species) for n, (_, species) in enumerate(rows)]),
    ),
    "unknown-pictures": (
        "Pictures have names of their own.",
        lambda rows: _table([(f"flower{n}.jpg", species) for n, (_, species) in enumerate(rows)]),
    ),
    "numbered-species": (
        "Labels are written, not names.",
        lambda rows: _table([(name, str(n % 16)) for n, (name, _) in enumerate(rows)]),
    ),
    "unknown-species": (
        "Names of ImageNet's classes.", lambda rows: _table([(name, "daisy") for name, _ in rows]),
    ),
    "missing-pictures": (
        "The last batch is left out.", lambda rows: _table(_shifted(rows)[: len(rows) - 25])
    ),
    "contradictions": (
        "Two runs are written into one file.", lambda rows: _table([*rows, *_shifted(rows)]),
    ),
    "too-many-rows": (
        "The file is opened for appending in a loop.",
        lambda rows: _table([("field-001.jpg", "x")] * (MAX_ROWS + 5000)),
    ),
    "too-few-right": (
        "The order of the pictures is lost.", lambda rows: _table(_shifted(rows)),
    ),
}  # fmt: skip


def right_rows() -> Rows:
    """The right species of the herbarium's own field pictures."""
    key = public_key()
    return list(zip(picture_names(key.set_id, key.count), key.species or (), strict=True))


@contextlib.contextmanager
def answers() -> Iterator[Iterator[tuple[str, str, Any, str]]]:
    """Give finding, origin, answer, and how it looks, in a folder of their own."""
    rows = right_rows()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        yield (_made(code, *example, rows) for code, example in EXAMPLES.items())


def _made(code: str, origin: str, make: Make, rows: Rows) -> tuple[str, str, Any, str]:
    Path(CLASS_FILE).unlink(missing_ok=True)
    if code == "damaged-pictures":
        Path(CLASS_FILE).write_bytes(b"PK\x03\x04")
    made = make(rows)
    if not isinstance(made, bytes):
        return code, origin, made, repr(made)[:200]
    Path(PREDICTIONS).write_bytes(made)
    lines = made[:2000].decode("utf-8", "replace").splitlines()
    shown = [f"# {PREDICTIONS}", *lines[:_LINES], *(["…"] if len(lines) > _LINES else [])]
    return code, origin, PREDICTIONS, "\n".join(shown)


def is_step(exercise: object) -> bool:
    """Tell whether an exercise takes a file of predictions."""
    return isinstance(exercise, FieldStep)
