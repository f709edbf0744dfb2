"""Mutants that no check can catch, because they do what the solution does: each with its reason."""

from __future__ import annotations

import functools
import json
import tomllib
from pathlib import Path

from checks.mutating import Mutant

FOLDER = Path(__file__).parent / "equivalent"


@functools.cache
def explained(exercise: str) -> dict[tuple[str, str, int], str]:
    """Return why each known survivor of an exercise does what the solution does, by its key."""
    lesson = exercise.partition(".")[0]
    path = FOLDER / f"{lesson}.toml"
    if not path.exists():
        return {}
    entries = tomllib.loads(path.read_text("utf-8")).get("equivalent", [])
    return {
        (entry["was"], entry["now"], entry.get("nth", 1)): entry["why"]
        for entry in entries
        if entry["exercise"] == exercise
    }


def entry(exercise: str, mutant: Mutant) -> str:
    """Return the lines that explain a survivor, its reason left to fill in."""
    lines = {"exercise": exercise, "was": mutant.was, "now": mutant.now}
    text = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in lines.items()]
    if mutant.nth > 1:
        text.append(f"nth = {mutant.nth}")
    return "\n".join(["[[equivalent]]", *text, 'why = ""'])


def told(exercise: str, mutant: Mutant) -> str:
    """Return a survivor as a diff, and what to write where if it is no mistake."""
    lesson = exercise.partition(".")[0]
    return (
        f"{exercise}: nobody notices\n{mutant.diff()}\n"
        f"If it does what the solution does, say why in {FOLDER.name}/{lesson}.toml:\n"
        f"{entry(exercise, mutant)}\n"
    )
