"""Names for showing a report in class: drawn once for each learner, kept, and told to nobody."""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from helpers import storage
from helpers.errors import CourseError

FILE = ".course/pseudonyms.json"
"""Who is who, in a class's folder; only its owner may read it."""

PLANTS = (
    "Alder", "Anemone", "Ash", "Aspen", "Aster", "Beech", "Betony", "Birch", "Bluebell", "Broom",
    "Burnet", "Campion", "Cedar", "Chicory", "Clover", "Columbine", "Cowslip", "Crocus", "Cypress",
    "Dahlia", "Daisy", "Elder", "Elm", "Fennel", "Fern", "Fir", "Foxglove", "Gentian", "Gorse",
    "Harebell", "Hawthorn", "Hazel", "Heather", "Holly", "Hornbeam", "Iris", "Ivy", "Juniper",
    "Larch", "Lavender", "Lilac", "Linden", "Lupin", "Mallow", "Maple", "Marigold", "Mint",
    "Myrtle", "Oak", "Orchid", "Pansy", "Peony", "Pine", "Poppy", "Primrose", "Rowan", "Sage",
    "Sorrel", "Spruce", "Thistle", "Thyme", "Tulip", "Valerian", "Vetch", "Violet", "Willow",
    "Yarrow", "Yew",
)  # fmt: skip


def pseudonyms(folder: Path, students: Iterable[str]) -> dict[str, str]:
    """Return a name for each student, the same ones whenever this class is asked again.

    They are drawn, not computed: nobody who knows the students can find out who is who.

    Args:
        folder: of the class.
        students: all that may be shown.

    Raises:
        CourseError: the file of names is broken, or cannot be written.
    """
    path = folder / FILE
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with storage.locked(path):
        known = _read(path)
        missing = sorted(set(students) - known.keys())
        taken = set(known.values())
        for student in missing:
            known[student] = _drawn(taken)
        if missing:
            storage.write_atomically(path, functools.partial(_write, known))
            path.chmod(0o600)
    return known


def _write(known: dict[str, str], file: BinaryIO) -> None:
    file.write(json.dumps(known, indent=1, sort_keys=True).encode())


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {str(student): str(name) for student, name in known.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise CourseError(
            f"{path} cannot be read: remove it, and the class gets new pseudonyms"
        ) from error


def _drawn(taken: set[str]) -> str:
    """Draw a name that nobody has."""
    while True:
        name = f"{secrets.choice(PLANTS)} {secrets.randbelow(9000) + 1000}"
        if name not in taken:
            taken.add(name)
            return name
