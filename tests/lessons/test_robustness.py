"""Lessons as learners really run them: in any order, twice, in parts, in odd places.

What should work does; what cannot says so, in words that tell what to do. The small lesson goes
through every situation, and each real one through all that can happen to its checks; with `--long`
each real one goes through every situation as a whole (about 15 minutes on two free cores). Their
pictures are thirty-two flowers in a folder, unless COURSE_DATA names others.

Figures: two runs on one thread, in the same kernel or in another, say the same, number for number,
whatever was run in between: every cell that draws at random sets its own seed. On two threads the
frozen layers and a head trained on them still give the same bits. Stages do not: their gradients
are summed in another order (see `test_threads`).
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from PIL import Image
from walking import Ran, answers, checks, code_of, walking

from helpers.authoring.release import release
from helpers.authoring.sources import read_lesson
from helpers.data.flora import splits
from helpers.places import PREDICTIONS, lessons, repository

SMALL = "90_dots"
ODD = "Prüfung 1 (neu)"
CLASSES, PICTURES, SIDE = 4, 8, 64


@dataclass(frozen=True)
class Stage:
    """A lesson, and a place to walk through it."""

    name: str
    solved: Sequence[NotebookNode]
    released: Sequence[NotebookNode]
    place: Path
    variables: dict[str, str]
    reference: Callable[[], list[list[str]]]  #: what each cell says when all are run in order

    @property
    def folder(self) -> Path:
        """Where its notebook lies."""
        return self.place / "course" / self.name

    @property
    def rest(self) -> Sequence[NotebookNode]:
        """All code cells but the first, which sets everything up."""
        return self.solved[1:]

    @property
    def imports(self) -> NotebookNode:
        """A cell with all that answers need, and nothing that takes time."""
        written = answers(self.solved)
        trees = [node for cell in written for node in ast.walk(ast.parse(cell.source))]
        used = {node.id for node in trees if isinstance(node, ast.Name)}
        used -= {node.arg for node in trees if isinstance(node, ast.arg)}
        found = []
        for cell in self.solved:
            for node in ast.parse(cell.source).body if cell not in written else []:
                given = isinstance(node, ast.FunctionDef) and node.name in used
                if given or isinstance(node, ast.Import | ast.ImportFrom):
                    found.append(ast.unparse(node))
        return new_code_cell("\n".join(dict.fromkeys(found)))


def none_fails(ran: Sequence[Ran]) -> None:
    """No cell raised anything or wrote to stderr."""
    assert {cell.name: cell.trouble for cell in ran if cell.trouble} == {}


def each_says_so(ran: Sequence[Ran], with_advice: bool = False) -> None:
    """Cells that cannot work say why: a missing name, or a few lines that tell what to do.

    Args:
        ran: the cells.
        with_advice: a check was called before: from then on, missing names come with advice.
    """
    assert {cell.name: cell.stderr for cell in ran if cell.stderr} == {}
    unclear = {}
    for cell in ran:
        kind, lines = cell.error or ("", [])
        advised = any(word in (lines or [""])[-1] for word in ("three dots", "in this kernel"))
        named = kind == "NameError" and (advised or not with_advice)
        if kind and not (named or len(lines) <= (3 if advised else 1)):
            unclear[cell.name] = lines
    assert unclear == {}


def same_figures(ran: Sequence[Ran], wanted: Sequence[Sequence[str]]) -> None:
    """These cells say what they said in another run, number for number."""
    got = {cell.name: cell.lines for cell in ran}
    assert got == dict(zip(got, wanted, strict=True))


# --- the situations -----------------------------------------------------------------------------


def all_twice(stage: Stage) -> None:
    """Run All, and Run All again in the same kernel."""
    with walking(stage.folder, **stage.variables) as walk:
        for _ in range(2):
            ran = walk.run(stage.solved)
            none_fails(ran)
            same_figures(ran, stage.reference())


def each_twice(stage: Stage) -> None:
    """Every cell twice in a row: the second time with what the first left behind."""
    with walking(stage.folder, **stage.variables) as walk:
        none_fails(walk.run([cell for cell in stage.solved for _ in range(2)]))


def backwards(stage: Stage) -> None:
    """From the end to the beginning, before and after everything ran; Run All mends it."""
    with walking(stage.folder, **stage.variables) as walk:
        each_says_so(walk.run([stage.solved[0], *reversed(stage.rest)]))
        again = walk.run(stage.solved)
        none_fails(again)
        same_figures(again, stage.reference())
        none_fails(walk.run(list(reversed(stage.solved))))


def every_second_skipped(stage: Stage) -> None:
    """Set up, then every second cell only; then the ones left out."""
    with walking(stage.folder, **stage.variables) as walk:
        for start in (0, 1):
            each_says_so(walk.run([stage.solved[0], *stage.rest[start::2]]))


def restarted_in_the_middle(stage: Stage) -> None:
    """The first half, a restart, on from there; set up, on from there; everything."""
    half = len(stage.solved) // 2
    with walking(stage.folder, **stage.variables) as walk:
        none_fails(walk.run(stage.solved[:half]))
        walk.restart()
        each_says_so(walk.run(stage.solved[half:]))
        each_says_so(walk.run([stage.solved[0], *stage.solved[half:]]))
        walk.restart()
        ran = walk.run(stage.solved)
        none_fails(ran)
        same_figures(ran, stage.reference())


def nothing_written(stage: Stage) -> None:
    """The lesson as it is handed out, all cells run: checks say that nothing is started."""
    with walking(stage.folder, **stage.variables) as walk:
        ran = walk.run(stage.released)
    each_says_so(ran)
    for cell in checks(stage.released):
        (found,) = (one for one in ran if one.name == cell.id)
        # Of a file, the cell before may have made one: its species are as wrong as they can be.
        text = " ".join((found.error or ("", []))[1])
        assert "not started" in text or stage.name.startswith("07"), text


def read_only(stage: Stage) -> None:
    """No folder may be written to: not the lesson's, not the course's, not the cache."""
    cache = stage.place / "cache"
    folders = [stage.folder, stage.folder.parent, cache]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o555)
    try:
        with walking(stage.folder, **stage.variables | {"COURSE_CACHE": str(cache)}) as walk:
            walk.hold_to_permissions()
            ran = walk.run(stage.solved)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert [path for path in stage.place.rglob("*") if not path.is_dir()] == []
    assert {cell.name: cell.stderr for cell in ran if cell.stderr} == {}
    failed = {cell.name: cell.error[1] for cell in ran if cell.error}
    # The one thing that a lesson has to write is the file which its last steps read.
    asked = [c for c in stage.solved if f'"{PREDICTIONS}"' in c.source]
    assert set(failed) == {cell.id for cell in asked}
    assert all(len(lines) == 1 for lines in failed.values())
    said = [line for cell in ran for line in cell.lines if "cannot be written" in line]
    assert len(said) == any("book." in cell.source for cell in stage.solved)


def in_an_odd_place(stage: Stage) -> None:
    """A blank, an umlaut and brackets in every path."""
    cache = stage.place / ODD / "Zwischenspeicher ü"
    folder = stage.place / ODD / "course" / stage.name
    with walking(folder, **stage.variables | {"COURSE_CACHE": str(cache)}) as walk:
        ran = walk.run(stage.solved)
    none_fails(ran)
    same_figures(ran, stage.reference())


def on_two_threads(stage: Stage) -> None:
    """Two threads: every cell works, and says as much. The figures are `test_threads`' matter."""
    with walking(stage.folder, **stage.variables, OMP_NUM_THREADS="2") as walk:
        ran = walk.run(stage.solved)
    none_fails(ran)
    assert [len(cell.lines) for cell in ran] == [len(lines) for lines in stage.reference()]


SITUATIONS = [
    all_twice, each_twice, backwards, every_second_skipped, restarted_in_the_middle,
    nothing_written, read_only, in_an_odd_place, on_two_threads,
]  # fmt: skip


# --- the tests ------------------------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Send the small lesson through every situation; with `--long` the real ones, too."""
    sources = Path(metafunc.config.getoption("--solutions"))
    real = [name for name in lessons(sources) if name != SMALL]
    if "situation" in metafunc.fixturenames:
        names = [SMALL, *(real if metafunc.config.getoption("--long") else [])]
        rows = [(name, situation) for name in names for situation in SITUATIONS]
        ids = [f"{name}-{situation.__name__}" for name, situation in rows]
        metafunc.parametrize(("walked", "situation"), rows, ids=ids, indirect=["walked"])
    elif "walked" in metafunc.fixturenames:
        metafunc.parametrize("walked", real, indirect=True)


@pytest.fixture(scope="session")
def few_flowers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of photographs, small enough for whole lessons to take seconds."""
    folder = tmp_path_factory.mktemp("pictures") / "Blüten, wenige"
    for label, name in enumerate(splits.CLASSES[:CLASSES]):
        (folder / name).mkdir(parents=True)
        for index in range(PICTURES):
            pixels = splits.draw_photograph(splits.SPLITS[0], 0, label, index, SIDE)
            Image.fromarray(pixels).save(folder / name / f"{index}.png")
    return folder


@pytest.fixture(scope="session")
def variables(few_flowers: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What all walks are given: the pictures, and a cache that is not the user's."""
    return {
        "COURSE_DATA": os.environ.get("COURSE_DATA") or str(few_flowers),
        "COURSE_CACHE": str(tmp_path_factory.mktemp("cache")),
    }


@pytest.fixture(scope="session")
def references() -> dict[str, list[list[str]]]:
    """What each cell of a lesson says in order, once it was needed."""
    return {}


@pytest.fixture
def walked(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    variables: dict[str, str],
    references: dict[str, list[list[str]]],
) -> Iterator[Stage]:
    """The lesson that a test is about, in a folder of its own."""
    name = request.param
    folder = Path(request.config.getoption("--solutions"))
    if name == SMALL:
        folder = repository() / "tests/fixtures/solutions"
    lesson = read_lesson(folder / f"{name}.py")
    cells = code_of(lesson.notebook)

    def reference() -> list[list[str]]:
        if name not in references:
            with walking(tmp_path / "reference" / name, **variables) as walk:
                references[name] = [ran.lines for ran in walk.run(cells)]
        return references[name]

    yield Stage(name, cells, code_of(release(lesson)), tmp_path, dict(variables), reference)


def test_a_lesson_can_be_run(walked: Stage, situation: Callable[[Stage], None]) -> None:
    situation(walked)


def test_checks_work_in_any_order_and_say_what_is_missing(walked: Stage) -> None:
    of_files = [cell for cell in checks(walked.solved) if f'"{PREDICTIONS}"' in cell.source]
    of_functions = [cell for cell in checks(walked.solved) if cell not in of_files]
    written = answers(walked.solved)
    with walking(walked.place / ODD / "course" / walked.name, **walked.variables) as walk:
        each_says_so(walk.run(of_functions))  # in a kernel that knows nothing yet
        none_fails(walk.run([walked.imports, *reversed(answers(walked.released))]))
        for ran in walk.run([*of_functions, *of_files]):
            assert ran.error is not None and ran.error[0] == "CheckFailed", ran.name
            assert len(ran.error[1]) == 1 and ran.error[1][0].endswith("not started yet"), ran.name
        walk.restart()
        none_fails(walk.run([walked.imports, *written[:1], *of_functions[:1]]))
        early = walk.run(of_functions[1:])
        assert all(ran.error is not None and ran.error[0] == "NameError" for ran in early)
        each_says_so(early, with_advice=True)
        none_fails(walk.run([*reversed(written), *reversed(of_functions), *of_functions]))


TRAIN = """
import torch
from helpers import data, models, training

def trained(threads, parts, epochs):
    "What the frozen layers say of every picture, and the weights after some epochs."
    training.set_threads(threads)
    training.seed_everything(0)
    flowers = data.load()
    model = models.freeze_backbone(models.backbone(classes=len(flowers.classes), seed=0))
    for part in parts:
        model.get_submodule(part).requires_grad_(True)
    plain = data.plain_transform(model.config.size, model.config.mean, model.config.std)
    # Not from the disk: the other number of threads has put it there.
    own = {"folder": f"{threads} {parts}", "progress": False}
    cache = training.PrefixCache(model, flowers.train, plain, **own)
    said = torch.cat([values for values, _ in cache.batches()])
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    batches = cache.batches(8, shuffle=True, seed=0)
    training.fit(cache.tail, batches, epochs=epochs, optimizer=optimizer, progress=False)
    return said, torch.cat([p.detach().flatten() for p in cache.tail.parameters()])

def apart(parts, epochs):
    one, two = (trained(threads, parts, epochs) for threads in (1, 2))
    return [(a - b).abs().max().item() for a, b in zip(one, two)]
"""


def test_threads(tmp_path: Path, variables: dict[str, str]) -> None:
    """The number of threads moves no feature and no head; it moves stages by a step or so.

    Measured on two cores (x86, torch 2 on the CPU): features and heads equal in every bit; after
    twelve steps at a rate of 0.001 a stage's weights were apart by up to 0.004, and the losses by
    0.0002. Adam's first steps have the size of the rate, however small the gradient.
    """
    with walking(tmp_path / ODD, **variables, OMP_NUM_THREADS="2") as walk:
        assert walk.cells.outputs(TRAIN) == []
        said, head = walk.cells.value("apart([], 8)")
        assert said <= 1e-6 and head <= 1e-6
        _, stage = walk.cells.value("apart(['layer4'], 2)")
        assert stage <= 2 * 6 * 0.001  # no weight went another way for all of the six steps
