"""Rules for exercises: nobody can add one and forget a part of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from helpers.authoring.lint.course import Cell, Course, Flaw, Page
from helpers.checks import Exercise
from helpers.checks.past.field_steps import FieldStep

WRONG, CODES, RIGHT = 8, 5, 4
"""How many wrong answers an exercise needs at least, of how many findings, and right answers."""

ANSWERS = "tests/wrong_answers"

_HINTS = ("the idea", "the tools", "almost code")
_DIFFICULTIES = ("easy", "medium", "hard")
_ANNOUNCEMENT = re.compile(r"\*\*Exercise ([^*\s]+)\*\*(.*)")
_EFFORT = re.compile(r" · \S+ points? · (?P<difficulty>\w+) · (?P<time>\d+ minutes?|with your .+)")


def graded_checks(course: Course) -> Iterator[Flaw]:
    """Every graded cell hands the exercise's own function to its check, and does nothing else."""
    for page, _ in course.lessons():
        for cell in page.code():
            if not cell.is_check:
                continue
            wanted = f"check({cell.exercise!r}, {_answer_to_hand_over(cell, course)})"
            if ast.unparse(cell.tree).strip() != wanted:
                yield page.flaw(
                    cell.line,
                    f"the graded cell of {cell.exercise} is not the one call of its check",
                    f"let it say {wanted} and nothing else".replace("'", '"'),
                )


def _answer_to_hand_over(cell: Cell, course: Course) -> str:
    """The learner's function, or the name of a file, whichever it is that stands there."""
    if not isinstance(course.exercises.get(cell.exercise), FieldStep):
        return cell.exercise.partition(".")[2]
    texts = [node for node in ast.walk(cell.tree) if isinstance(node, ast.Constant)]
    return ast.unparse(texts[-1]) if texts else '"<file>"'


def registered(course: Course) -> Iterator[Flaw]:
    """Each exercise of a lesson has a check, and each check stands in a lesson."""
    used: dict[str, Page] = {}
    for page, _ in course.lessons():
        for cell in page.code():
            if not cell.is_check:
                continue
            used[cell.exercise] = page
            if cell.exercise not in course.exercises:
                yield page.flaw(
                    cell.line,
                    f"nothing checks {cell.exercise}: no exercise of this name in helpers/checks",
                    "add its class to EXERCISES in the lesson's folder (helpers/checks/README.md)",
                )
    here = {name.partition(".")[0]: page for name, page in used.items()}
    for name in course.exercises:
        page_of_it = here.get(name.partition(".")[0])
        if name not in used and (page_of_it or course.whole):
            path = page_of_it.path if page_of_it else "helpers/checks/__init__.py"
            yield Flaw(
                path,
                1,
                f"the exercise {name} has a check and no graded cell",
                f'add the cell check("{name}", ...) to its lesson, or take it out of EXERCISES',
            )


def announcements(course: Course) -> Iterator[Flaw]:
    """Every announcement says how hard the exercise is and how long it takes."""
    for page, _ in course.lessons():
        for cell in page.prose():
            for found in _ANNOUNCEMENT.finditer(cell.text):
                said = _EFFORT.fullmatch(found[2].rstrip())
                if said and said["difficulty"] in _DIFFICULTIES:
                    continue
                yield page.flaw(
                    cell.line_at(found.start()),
                    f"the announcement of {found[1]} does not say how hard it is and how long "
                    "it takes",
                    f"write '**Exercise {found[1]}** · 2 points · easy · 5 minutes' with its own "
                    f"points, {', '.join(_DIFFICULTIES[:-1])} or {_DIFFICULTIES[-1]}, and minutes",
                )


def stubs(course: Course) -> Iterator[Flaw]:
    """Learners begin with a function that says what comes in and what goes out."""
    for page, _ in course.lessons():
        answers = {cell.name: cell for cell in page.code() if cell.is_answer}
        for cell in page.code():
            name = cell.exercise.partition(".")[2]
            exercise = course.exercises.get(cell.exercise)
            takes_a_file = isinstance(exercise, FieldStep)
            if cell.is_check and not takes_a_file and name not in answers:
                yield page.flaw(
                    cell.line,
                    f"{cell.exercise} has no answer cell",
                    f"put a cell with the grade id answer-{name} before it, in which {name} is "
                    "defined",
                )
        for name, cell in answers.items():
            for wrong, remedy in _stub_flaws(name, cell):
                yield page.flaw(cell.line, wrong, remedy)


def _stub_flaws(name: str, cell: Cell) -> Iterator[tuple[str, str]]:
    defined = [
        node
        for node in cell.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
    ]
    if not defined:
        yield (
            f"the answer cell {cell.settings['grade_id']} defines no {name}",
            f"give it a stub, def {name}(...), or the grade id answer-<function>",
        )
        return
    if not ast.get_docstring(defined[0]):
        yield f"the stub of {name} has no docstring", "say in it what comes in and what goes out"
    for function in ast.walk(defined[0]):
        if isinstance(function, ast.FunctionDef) and _is_stub(function, defined[0]):
            yield from _hint_flaws(function)


def _is_stub(function: ast.FunctionDef, defined: ast.AST) -> bool:
    """Functions within a solution are the author's own business."""
    return function is defined or (isinstance(defined, ast.ClassDef) and function in defined.body)


def _hint_flaws(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    bare = [each.arg for each in every if each.annotation is None and each.arg != "self"]
    if bare:
        yield (
            f"the stub of {function.name} has no type for {', '.join(bare)}",
            "write the types of all arguments: they tell learners what comes in",
        )
    if function.returns is None:
        yield (
            f"the stub of {function.name} does not say what it returns",
            "add '-> type' to its first line",
        )


def hints(course: Course) -> Iterator[Flaw]:
    """Before every answer cell stand three hints, folded, from the idea to almost the code."""
    for page, _ in course.lessons():
        before = None
        for cell in page.cells:
            if cell.is_answer:
                missing = _missing_hints(before)
                if missing:
                    yield page.flaw(
                        cell.line,
                        f"{cell.name} has no {' and no '.join(missing)} before its answer cell",
                        'in a Markdown cell with tags=["hint"] write <details><summary>Hint 1: '
                        "the idea</summary>, then Hint 2: the tools, Hint 3: almost code",
                    )
                before = None
            elif "hint" in cell.tags:
                before = cell
            elif cell.is_check:
                before = None


def _missing_hints(cell: Cell | None) -> list[str]:
    folded = cell.text if cell else ""
    wanted = [f"hint {number}: {what}" for number, what in enumerate(_HINTS, 1)]
    return [
        each
        for each in wanted
        if f"<details><summary>{each.capitalize()}</summary>" not in folded
        or folded.count("<details>") != folded.count("</details>")
    ]


def answers(course: Course) -> Iterator[Flaw]:
    """The check of every exercise is tried on wrong and on right answers."""
    for page, _ in course.lessons():
        for cell in page.code():
            exercise = course.exercises.get(cell.exercise)
            if exercise is None or isinstance(exercise, FieldStep):
                continue  # where the answer is a file, the answers have tests of their own
            if cell.is_check:
                yield from _answer_flaws(course, exercise)


def _answer_flaws(course: Course, exercise: Exercise) -> Iterator[Flaw]:
    lesson, _, name = exercise.id.partition(".")
    folder = f"{ANSWERS}/{lesson}/{name}"
    names = sorted(path.stem for path in (course.root / folder).glob("*.py"))
    right = [each for each in names if each.startswith("right_")]
    wrong = [each.partition("--")[0] for each in names if each not in right]
    single = {each for each in wrong if "+" not in each}
    lacks = [
        (len(wrong), WRONG, "wrong answers", "<finding-code>.py, each a mistake people make"),
        (len(single), CODES, "findings with a wrong answer", "<finding-code>.py for other codes"),
        (
            len(wrong) - sum("+" not in each for each in wrong),
            1,
            "wrong answers with two mistakes",
            "<first-code>+<second-code>.py, the more basic mistake first",
        ),
        (len(right), RIGHT, "right answers", "right_<how>.py, as different as people write"),
    ]
    for has, needs, what, remedy in lacks:
        if has < needs:
            yield Flaw(
                folder,
                1,
                f"{exercise.id} has too few {what} ({has} of {needs})",
                f"add {folder}/{remedy}",
            )
