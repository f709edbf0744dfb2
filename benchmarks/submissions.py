"""Synthetic submissions: solutions, halves, wrong answers, noise, and a few that mean harm.

Tests and benchmarks make their classes of learners from the same parts.
"""

from __future__ import annotations

import ast
import copy
import functools
import itertools
import random
import re
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.authoring.release import as_bytes
from helpers.authoring.sources import settings_of
from helpers.places import repository

_CHECK = re.compile(r"check\(\s*[\"']([a-z0-9_]+\.\w+)[\"']")
_SOLUTION_MARK = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
WRONG_ANSWERS = "tests/wrong_answers"


@dataclass(frozen=True)
class Task:
    """One graded cell of a lesson: its exercise, its points, and the cell with the answer."""

    grade_id: str
    exercise: str
    points: float
    answer_id: str
    solution: str


@dataclass(frozen=True)
class Lesson:
    """A lesson of a class, as learners get it, and what is right."""

    name: str
    release: NotebookNode
    tasks: tuple[Task, ...]

    @property
    def points(self) -> dict[str, float]:
        """Most points of every graded cell."""
        return {task.grade_id: task.points for task in self.tasks}

    def notebook(self, answers: Mapping[str, str]) -> NotebookNode:
        """The release with these answers put in, by grade id; the others stay untouched."""
        sources = {task.answer_id: answers[task.grade_id] for task in self.tasks
                   if task.grade_id in answers}  # fmt: skip
        notebook = copy.deepcopy(self.release)
        for cell in notebook.cells:
            cell.source = sources.get(settings_of(cell).get("grade_id", ""), cell.source)
        return notebook

    def solutions(self) -> dict[str, str]:
        """The right answer to every graded cell."""
        return {task.grade_id: task.solution for task in self.tasks}


@dataclass(frozen=True)
class Answer:
    """An answer that somebody might give; `finding` is the first it earns, "" where it is right."""

    name: str
    code: str
    finding: str


@dataclass(frozen=True)
class Submission:
    """One learner's work: files by name, the notebook among them."""

    student: str
    files: Mapping[str, bytes]
    kind: str = "solution"
    stops_nbgrader: bool = False
    expected: Mapping[str, str] = field(default_factory=dict)  #: grade id -> verdict, where known


def read_lesson(class_folder: Path, name: str) -> Lesson:
    """Read a lesson from a class folder: `release/` for learners, `source/` for what is right."""
    release = nbformat.read(class_folder / "release" / name / f"{name}.ipynb", as_version=4)
    source = nbformat.read(class_folder / "source" / name / f"{name}.ipynb", as_version=4)
    return Lesson(name, release, tuple(_tasks(source)))


def _tasks(source: NotebookNode) -> Iterator[Task]:
    answer = None
    for cell in source.cells:
        settings = settings_of(cell)
        if cell.cell_type != "code" or not settings:
            continue
        if settings.get("solution"):
            answer = cell
        elif settings.get("grade") and answer is not None:
            found = _CHECK.search(cell.source)
            yield Task(
                settings["grade_id"],
                found[1] if found else "",
                float(settings["points"]),
                settings_of(answer)["grade_id"],
                _SOLUTION_MARK.sub("", answer.source),
            )


@functools.cache
def answers_to(exercise: str) -> tuple[Answer, ...]:
    """The answers to an exercise in tests/wrong_answers, by name; right ones among them."""
    lesson, _, name = exercise.partition(".")
    found = []
    for path in sorted((repository() / WRONG_ANSWERS / lesson / name).glob("*.py")):
        finding = "" if path.stem.startswith("right_") else re.split(r"--|\+", path.stem)[0]
        found.append(Answer(path.stem, path.read_text("utf-8"), finding))
    return tuple(found)


def noisy(code: str, random_: random.Random) -> str:
    """The same code, written by somebody else: other local names, other comments."""
    words = ("first", "then", "idea", "as in the text", "maybe shorter", "checked", "tried")
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return f"{code}\n# {random_.random()}"
    suffix = f"_{random_.randrange(16**4):04x}"
    for node in tree.body:
        for function in _outermost_functions(node):
            _Renamed(_own_names(function), suffix).visit(function)
    comment = " ".join(random_.choices(words, k=6))
    return f"# {comment} ({random_.randrange(10**9)})\n{ast.unparse(tree)}"


def _outermost_functions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        yield node
    elif isinstance(node, ast.ClassDef):
        for inner in node.body:
            yield from _outermost_functions(inner)


def _own_names(function: ast.AST) -> set[str]:
    """Names that are local variables throughout a function and nothing else besides."""
    stored, taken = set(), {"self", "__class__"}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored.add(node.id)
        elif isinstance(node, ast.arg):
            taken.add(node.arg)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            taken.update(node.names)
        elif isinstance(node, ast.alias):
            taken.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.FunctionDef | ast.ClassDef):
            taken.add(node.name or "")
        if isinstance(node, ast.ClassDef):  # its variables are attributes
            taken.update(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name for name in stored - taken if not name.startswith("__")}


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: set[str], suffix: str) -> None:
        self._names, self._suffix = names, suffix

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Give a local variable its other name."""
        if node.id in self._names:
            node.id += self._suffix
        return node


def as_submission(
    student: str, lesson: Lesson, answers: Mapping[str, str], kind: str = "solution"
) -> Submission:
    """A submission that consists of the notebook alone."""
    content = as_bytes(lesson.notebook(answers))
    return Submission(student, {f"{lesson.name}.ipynb": content}, kind)


def submit(folder: Path, lesson: str, submissions: Sequence[Submission]) -> None:
    """Write submissions as nbgrader wants them: `<student>/<lesson>/<files>`."""
    for submission in submissions:
        target = folder / submission.student / lesson
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name, content in submission.files.items():
            (target / name).write_bytes(content)


def honest(lesson: Lesson, count: int, seed: int, prefix: str = "learner") -> Iterator[Submission]:
    """Learners in turn: everything right, half of it, a wrong answer somewhere, untouched.

    Args:
        lesson: that they work on.
        count: of learners.
        seed: decides the noise and the answers; two learners never hand in the same.
        prefix: of their names.
    """
    kinds = itertools.cycle(
        ["solution", "wrong", "half", "solution", "wrong", "half", "solution", "wrong", "solution",
         "untouched"]
    )  # fmt: skip
    for number, kind in zip(range(count), kinds, strict=False):
        random_ = random.Random(f"{seed}:{number}")
        answers, expected = _answers(lesson, kind, random_)
        made = as_submission(f"{prefix}-{number:04d}", lesson, answers, kind)
        yield Submission(made.student, made.files, kind, False, expected)


def _answers(
    lesson: Lesson, kind: str, random_: random.Random
) -> tuple[dict[str, str], dict[str, str]]:
    """Answers of one kind of learner, and the verdicts they deserve."""
    answers: dict[str, str] = {}
    expected = {task.grade_id: "not-started" for task in lesson.tasks}
    if kind == "untouched":
        return answers, expected
    wrong = random_.sample(lesson.tasks, max(1, len(lesson.tasks) // 3)) if kind == "wrong" else []
    for position, task in enumerate(lesson.tasks):
        if kind == "half" and position >= (len(lesson.tasks) + 1) // 2:
            continue
        given = [a for a in answers_to(task.exercise) if bool(a.finding) == (task in wrong)]
        # Half of the right answers are the lesson's own, the others somebody else's.
        own = not given or (task not in wrong and random_.random() < 0.5)
        code = task.solution if own else random_.choice(given).code
        answers[task.grade_id] = noisy(code, random_)
        expected[task.grade_id] = "wrong" if task in wrong and given else "correct"
    return answers, expected


Edit = Callable[[NotebookNode, Task], None]


def _skipped(notebook: NotebookNode, task: Task) -> None:
    cell = _cell(notebook, task.grade_id)
    cell.metadata.tags = ["skip-execution"]


def _doubled(notebook: NotebookNode, task: Task) -> None:
    cell = _cell(notebook, task.answer_id)
    notebook.cells.insert(notebook.cells.index(cell), copy.deepcopy(cell))


def _cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(c for c in notebook.cells if settings_of(c).get("grade_id") == grade_id)


@dataclass(frozen=True)
class _Harm:
    code: str  #: replaces the answer; empty: the wrong answer `return 1` stays
    verdict: str
    stops_nbgrader: bool = True
    edit: Edit | None = None


_STUB = "def {name}(*args, **kwargs):\n    {body}\n"
_HARM = {
    "exits": _Harm("import os\nos._exit(0)\n", "crash"),
    "loops": _Harm("while True:\n    pass\n", "timeout"),
    "ignores-signals": _Harm(
        "import signal\nfor number in (1, 2, 10, 12, 14, 15):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "while True:\n    try:\n        sum(range(10**9))\n"
        "    except BaseException:\n        pass\n",
        "timeout",
    ),
    "memory": _Harm("kept = []\nwhile True:\n    kept.append(bytearray(50_000_000))\n", "memory"),
    "forks": _Harm("import os\nwhile True:\n    os.fork()\n", "crash"),
    "prints": _Harm("while True:\n    print('x' * 10_000)\n", "output"),
    "doubled": _Harm("", "wrong", edit=_doubled),
    "skipped": _Harm("", "wrong", stops_nbgrader=False, edit=_skipped),
    "patched": _Harm(
        "import torch\ntorch.equal = torch.allclose = lambda *a, **k: True\n"
        "torch.Tensor.__eq__ = lambda *a: True\n",
        "wrong",
        stops_nbgrader=False,
    ),
}


def hostile(lesson: Lesson) -> list[Submission]:
    """Ten learners who mean harm in their first answer and are right in all others."""
    task = lesson.tasks[0]
    name = task.exercise.partition(".")[2]
    made = []
    for kind, harm in _HARM.items():
        wrong = _STUB.format(name=name, body="return 1")
        notebook = lesson.notebook({**lesson.solutions(), task.grade_id: harm.code + wrong})
        if harm.edit is not None:
            harm.edit(notebook, task)
        expected = {t.grade_id: "correct" for t in lesson.tasks} | {task.grade_id: harm.verdict}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the doubled cell
            files = {f"{lesson.name}.ipynb": as_bytes(notebook)}
        made.append(Submission(f"hostile-{kind}", files, "hostile", harm.stops_nbgrader, expected))
    broken = as_bytes(lesson.notebook({}))[:5000]
    unreadable = {t.grade_id: "unreadable" for t in lesson.tasks}
    files = {f"{lesson.name}.ipynb": broken}
    return [*made, Submission("hostile-broken", files, "hostile", True, unreadable)]
