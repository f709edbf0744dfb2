"""Run wrong answers, and sort what the checks say of them."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.authoring.findings import anywhere, predictions
from helpers.authoring.sources import AuthoringError
from helpers.checks import EXERCISES, PUBLIC_SEED, Exercise
from helpers.checks.card import as_html
from helpers.checks.core import Evidence, Mistake
from helpers.checks.evidence import from_bytes, to_bytes
from helpers.checks.run import collect, judge_evidence
from helpers.errors import CourseError
from helpers.places import lessons
from helpers.progress import track

WRONG_ANSWERS = Path("tests/wrong_answers")


@dataclass(frozen=True)
class Answer:
    """One wrong answer: where it comes from, its code, and the card it gets."""

    name: str
    origin: str
    code: str
    card: str


@dataclass(frozen=True)
class Shown:
    """A finding, and the wrong answers that get it first; the plainest of them leads."""

    code: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Section:
    """One exercise: its findings, and the words that no wrong answer to it shows.

    Attributes:
        lesson: its file.
        name: the exercise's id.
        about: what it is called with.
        findings: with the cards of wrong answers.
        elsewhere: findings with the same words as in another exercise, which shows them.
        unshown: words that are on no card.
    """

    lesson: str
    name: str
    about: str
    findings: tuple[Shown, ...]
    elsewhere: tuple[tuple[str, str], ...] = ()
    unshown: tuple[tuple[str, Mistake], ...] = ()


def gather(root: Path, wanted: str | None) -> list[Section]:
    """Return what the checks say of all wrong answers, by exercise, in the course's order.

    Raises:
        CourseError: there is no such lesson or exercise.
        AuthoringError: a wrong answer cannot be loaded, or is accepted.
    """
    titles = _titles(root)
    chosen = _chosen(titles, wanted)
    files = {exercise.id: _files(root, exercise) for exercise in chosen}
    steps = track(_all(files), "running wrong answers", sum(map(len, files.values())))
    cards: dict[str, list[tuple[str, Answer]]] = {name: [] for name in files}
    for exercise_id, path in steps:
        cards[exercise_id].append(run(EXERCISES[exercise_id], path))
    if step := next(filter(predictions.is_step, chosen), None):
        cards[step.id] += _predicted(step)
    shown: dict[Mistake, str] = {}
    for exercise in chosen:
        for code, _ in cards[exercise.id]:
            if code in exercise.mistakes:
                shown.setdefault(exercise.mistakes[code], exercise.id)
    sections = [_section(titles, exercise, cards[exercise.id], shown) for exercise in chosen]
    return sections if wanted else [_common(), *sections]


def _all(files: dict[str, list[Path]]) -> Iterator[tuple[str, Path]]:
    return ((name, path) for name, paths in files.items() for path in paths)


def _titles(root: Path) -> dict[str, str]:
    """The file of each lesson by the first half of its exercises' ids, which come in order."""
    prefixes = dict.fromkeys(name.partition(".")[0] for name in EXERCISES)
    return dict(zip(prefixes, lessons(root / "solutions"), strict=False))


def _chosen(titles: dict[str, str], wanted: str | None) -> list[Exercise]:
    if wanted is None:
        return list(EXERCISES.values())
    if wanted in EXERCISES:
        return [EXERCISES[wanted]]
    exact = [prefix for prefix, name in titles.items() if wanted in (prefix, name)]
    found = exact or [prefix for prefix, name in titles.items() if wanted in name]
    if len(found) != 1:
        raise CourseError(
            f"{len(found)} lessons match {wanted!r}; there are "
            + ", ".join(f"{prefix} ({name})" for prefix, name in titles.items())
        )
    return [one for one in EXERCISES.values() if one.id.partition(".")[0] == found[0]]


def _files(root: Path, exercise: Exercise) -> list[Path]:
    """The wrong answers to an exercise: by code, the one without a variant before the others."""
    folder = root / WRONG_ANSWERS / exercise.id.replace(".", "/")
    found = [path for path in folder.glob("*.py") if not path.stem.startswith("right_")]
    return sorted(found, key=lambda path: (code_of(path), len(path.stem), path.stem))


def code_of(path: Path) -> str:
    """The finding that a wrong answer is named after; the first, where it is named after two."""
    return path.stem.partition("--")[0].partition("+")[0]


def run(exercise: Exercise, path: Path) -> tuple[str, Answer]:
    """Check one wrong answer as a notebook does; return its first finding, and the answer.

    Raises:
        AuthoringError: the file cannot be loaded, or the answer is accepted.
    """
    return _of_file(exercise, path, collect(exercise, load(exercise, path), PUBLIC_SEED))


def load(exercise: Exercise, path: Path) -> Any:
    """Return the function of an exercise from a file.

    Raises:
        AuthoringError: there is none.
    """
    spec = importlib.util.spec_from_file_location("answer", path)
    if spec is None or spec.loader is None:
        raise AuthoringError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        return getattr(module, exercise.name)
    except Exception as error:
        raise AuthoringError(f"{path}: {type(error).__name__}: {error}") from error


def _of_file(exercise: Exercise, path: Path, evidence: Evidence) -> tuple[str, Answer]:
    source = path.read_text(encoding="utf-8")
    origin = ast.get_docstring(ast.parse(source)) or ""
    code = source.partition(origin)[2].lstrip('"').strip() if origin else source.strip()
    found, card = _carded(exercise, path, evidence)
    return found, Answer(path.stem, origin, code, card)


def _carded(exercise: Exercise, what: object, evidence: Evidence) -> tuple[str, str]:
    """The first finding of an answer, and its card."""
    evidence = from_bytes(to_bytes(evidence))
    verdict = judge_evidence(exercise, evidence, PUBLIC_SEED)
    if not verdict.findings:
        raise AuthoringError(f"{what} is accepted, although it is among the wrong answers")
    return verdict.findings[0].code, as_html(exercise, verdict, evidence)


def _predicted(step: Exercise) -> list[tuple[str, Answer]]:
    """The findings about files of predictions, where an answer is no function."""
    found = []
    with predictions.answers() as examples:
        for name, origin, answer, looks in examples:
            code, card = _carded(step, name, collect(step, answer, PUBLIC_SEED))
            found.append((code, Answer(name, origin, looks, card)))
    return found


def _section(
    titles: dict[str, str],
    exercise: Exercise,
    cards: Iterable[tuple[str, Answer]],
    words: Mapping[Mistake, str],
) -> Section:
    by_code: dict[str, list[Answer]] = {}
    for code, answer in cards:
        by_code.setdefault(code, []).append(answer)
    order = [*exercise.mistakes, *by_code]
    shown = sorted(by_code, key=order.index)
    others = [(code, said) for code, said in exercise.mistakes.items() if code not in by_code]
    prefix = exercise.id.partition(".")[0]
    return Section(
        titles.get(prefix, prefix),
        exercise.id,
        f"{exercise.name}({', '.join(exercise.parameters)})" if exercise.parameters else "",
        tuple(Shown(code, tuple(by_code[code])) for code in shown),
        tuple((code, words[said]) for code, said in others if said in words),
        tuple((code, said) for code, said in others if said not in words),
    )


def _common() -> Section:
    """What any exercise may say, shown by the first ones."""
    found: dict[str, Answer] = {}
    with anywhere.files() as examples:
        for exercise_id, path in examples:
            exercise = EXERCISES[exercise_id]
            code, answer = _of_file(
                exercise, path, anywhere.evidence(exercise, load(exercise, path))
            )
            found[code] = answer
    return Section(
        "any lesson",
        "any exercise",
        "",
        tuple(Shown(code, (answer,)) for code, answer in found.items()),
    )
