"""Whatever a learner hands in, the class's notebook comes back with the learner's answers in it."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.authoring.release import as_bytes
from helpers.authoring.sources import read_lesson, without_notes
from helpers.grading.core import Item
from helpers.grading.master import Master, read_master
from helpers.grading.rebuild import MAX_OWN_CELLS, Rebuilt, rebuild
from helpers.places import repository

LESSON = "02_selective_unfreezing"
NAMES = "layer_names"
TRAINABLE = "set_trainable"
HOSTILE = "import os; os.system('x')"

Notebook = NotebookNode
Edit = Callable[[Notebook], Any]


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Notebook:
    return without_notes(read_lesson(repository() / "solutions" / f"{LESSON}.py").notebook)


@pytest.fixture(scope="module")
def master() -> Master:
    return read_master(repository() / "course" / LESSON / f"{LESSON}.ipynb")


@pytest.fixture
def notebook(solved: Notebook) -> Notebook:
    return copy.deepcopy(solved)


def place(notebook: Notebook, grade_id: str) -> int:
    """Where a graded cell stands."""
    return next(
        at
        for at, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def cell_of(notebook: Notebook, name: str) -> NotebookNode:
    """An answer cell by the name of its function."""
    return notebook.cells[place(notebook, f"answer-{name}")]


def item_of(rebuilt: Rebuilt, name: str) -> Item:
    return next(item for item in rebuilt.items if item.exercise == f"unfreeze.{name}")


def code_of(item: Item) -> str:
    return "\n".join(source.text for source in item.sources)


def works(rebuilt: Rebuilt, *but: str) -> bool:
    """Whether every item, but those named, defines its answer when its slice runs."""
    for item in rebuilt.items:
        if item.exercise.partition(".")[2] in but:
            continue
        namespace: dict[str, Any] = {}
        for source in item.sources:
            exec(source.text, namespace)
        model = namespace.get(item.answer)
        if model is None or item.verdict or "..." in code_of(item).replace('"""', ""):
            return False
    return True


def test_a_solved_notebook(notebook: Notebook, master: Master) -> None:
    rebuilt = rebuild(as_bytes(notebook), master)
    assert works(rebuilt)
    assert rebuilt.notes == ()
    assert [item.grade_id for item in rebuilt.items] == [q.grade_id for q in master.questions]
    assert rebuilt.answers["unfreeze-layer_names"] == cell_of(notebook, NAMES).source
    assert [m.changed for m in rebuilt.manual] == [True]
    assert [c.source for c in rebuilt.notebook.cells] == [c.source for c in notebook.cells]
    assert [c.id for c in rebuilt.notebook.cells] == [c.id for c in master.cells]
    nbformat.validate(rebuilt.notebook)


def test_an_untouched_notebook(master: Master) -> None:
    data = (repository() / "course" / LESSON / f"{LESSON}.ipynb").read_bytes()
    rebuilt = rebuild(data, master)
    assert {item.verdict for item in rebuilt.items} == {""}
    assert all("return ..." in code_of(item) for item in rebuilt.items)
    assert [m.changed for m in rebuilt.manual] == [False]
    assert rebuilt.notes == ()


def strip_settings(notebook: Notebook) -> None:
    for cell in notebook.cells:
        cell.metadata = NotebookNode()


def strip_all(notebook: Notebook) -> None:
    strip_settings(notebook)
    notebook.metadata = NotebookNode()
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]


def shuffle(notebook: Notebook) -> None:
    strip_all(notebook)
    random.Random(5).shuffle(notebook.cells)


def move_to_the_end(notebook: Notebook) -> None:
    notebook.cells.append(notebook.cells.pop(place(notebook, f"answer-{NAMES}")))


def copy_the_stub_below(notebook: Notebook) -> None:
    at = place(notebook, f"answer-{NAMES}")
    other = copy.deepcopy(notebook.cells[at])
    other.source = (
        "def layer_names(model: nn.Module, depth: int = 1) -> list[str]:\n"
        '    """Dotted names of the parts of a model, `depth` levels down, in its order."""\n'
        "    return ..."
    )
    notebook.cells.insert(at + 1, other)


def copy_itself(notebook: Notebook) -> None:
    at = place(notebook, f"answer-{NAMES}")
    notebook.cells.insert(at + 1, copy.deepcopy(notebook.cells[at]))


def an_older_draft_above(notebook: Notebook) -> None:
    copy_itself(notebook)
    notebook.cells[place(notebook, f"answer-{NAMES}")].source = "def layer_names(m, d=1):\n    pass"


def turn_into(kind: str) -> Edit:
    def turn(notebook: Notebook) -> None:
        cell = cell_of(notebook, NAMES)
        cell.cell_type = kind
        cell.pop("outputs")
        cell.pop("execution_count")

    return turn


def split_it(notebook: Notebook) -> None:
    at = place(notebook, f"answer-{NAMES}")
    other = copy.deepcopy(notebook.cells[at])
    notebook.cells[at].source = "HELPER = list\n"
    other.source = other.source.replace("names = []", "names = HELPER()")
    notebook.cells.insert(at + 1, other)


def merge_two(notebook: Notebook) -> None:
    at = place(notebook, f"answer-{TRAINABLE}")
    cell_of(notebook, NAMES).source += "\n\n" + notebook.cells.pop(at).source


def swap_names(notebook: Notebook) -> None:
    one, other = cell_of(notebook, NAMES), cell_of(notebook, TRAINABLE)
    one.metadata.nbgrader, other.metadata.nbgrader = other.metadata.nbgrader, one.metadata.nbgrader


def pose_as_the_check(notebook: Notebook) -> None:
    cell = cell_of(notebook, NAMES)
    cell.metadata.nbgrader = NotebookNode(
        grade=True, grade_id="unfreeze-layer_names", locked=True, points=99, solution=False
    )


def answer_in_a_new_cell(notebook: Notebook) -> None:
    cell = cell_of(notebook, NAMES)
    at = place(notebook, f"answer-{NAMES}")
    notebook.cells.insert(at, new_code_cell(cell.source))
    notebook.cells.remove(cell)


def empty_and_new(notebook: Notebook) -> None:
    cell = cell_of(notebook, NAMES)
    at = place(notebook, f"answer-{NAMES}")
    notebook.cells.insert(at, new_code_cell(cell.source))
    cell.source = ""


def lose_the_checks(notebook: Notebook) -> None:
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("locked")]


def spoil_the_checks(notebook: Notebook) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.source = HOSTILE
            cell.metadata.tags = ["skip-execution"]


def spoil_the_types(notebook: Notebook) -> None:
    for at, cell in enumerate(notebook.cells):
        lines = cell.source.split("\n")
        cell.source = [line + "\n" for line in lines[:-1]] + lines[-1:]
        cell.execution_count = "many"
        cell.pop("outputs", None)
        cell.id = [at]
        if not cell.metadata:
            cell.metadata = "none"
    notebook.nbformat_minor = "5"
    notebook.metadata = []


SAME_GRADES: dict[str, Edit] = {
    "settings lost": strip_settings,
    "settings, ids and metadata lost": strip_all,
    "all lost, and in another order": shuffle,
    "moved to the end": move_to_the_end,
    "the stub copied below": copy_the_stub_below,
    "copied": copy_itself,
    "an older draft above": an_older_draft_above,
    "turned into text": turn_into("markdown"),
    "turned into raw text": turn_into("raw"),
    "split in two": split_it,
    "two in one cell": merge_two,
    "names swapped": swap_names,
    "posing as a check": pose_as_the_check,
    "in a cell of one's own": answer_in_a_new_cell,
    "in a cell of one's own, the other one emptied": empty_and_new,
    "without checks": lose_the_checks,
    "with other checks": spoil_the_checks,
    "wrong types": spoil_the_types,
}


@pytest.mark.parametrize("edit", SAME_GRADES.values(), ids=SAME_GRADES)
def test_a_broken_notebook_keeps_its_answers(
    edit: Edit, notebook: Notebook, master: Master
) -> None:
    edit(notebook)
    rebuilt = rebuild(json.dumps(notebook).encode(), master)
    assert works(rebuilt)
    nbformat.validate(rebuilt.notebook)
    expected = {cell.grade_id: cell.source for cell in master.cells if cell.role == "check"}
    for cell in rebuilt.notebook.cells:
        settings = cell.metadata.get("nbgrader", {})
        assert HOSTILE not in cell.source
        assert "skip-execution" not in cell.metadata.get("tags", [])
        if settings.get("grade_id") in expected:
            assert cell.source == expected[settings.grade_id]
    ids = [c.id for c in rebuilt.notebook.cells]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not i.startswith("learner-")] == [c.id for c in master.cells]
    assert [m.changed for m in rebuilt.manual] == [True]


@pytest.mark.parametrize(
    ("edit", "note"),
    [
        (copy_itself, "answer-layer_names: there are 2 such cells"),
        (strip_settings, "answer-layer_names: the cell had lost its settings"),
        (turn_into("raw"), "answer-layer_names: the cell had been turned into raw"),
        (answer_in_a_new_cell, "answer-layer_names: the answer was found in another cell"),
        (spoil_the_checks, "unfreeze-layer_names: this cell belongs to the class"),
    ],
)
def test_what_was_decided_is_said(
    edit: Edit, note: str, notebook: Notebook, master: Master
) -> None:
    edit(notebook)
    notes = rebuild(json.dumps(notebook).encode(), master).notes
    assert any(line.startswith(note) for line in notes), notes


def test_a_missing_answer_costs_itself_alone(notebook: Notebook, master: Master) -> None:
    notebook.cells.remove(cell_of(notebook, TRAINABLE))
    rebuilt = rebuild(as_bytes(notebook), master)
    item = item_of(rebuilt, TRAINABLE)
    assert (item.verdict, item.sources) == ("missing", ())
    assert item.cause == (
        "the cell answer-set_trainable is missing, and no other cell defines set_trainable"
    )
    assert works(rebuilt, TRAINABLE)
    assert "unfreeze-set_trainable" not in rebuilt.answers


def test_a_far_too_long_answer_costs_itself_alone(notebook: Notebook, master: Master) -> None:
    cell_of(notebook, TRAINABLE).source += "\n" + "# x\n" * 500_000
    rebuilt = rebuild(as_bytes(notebook), master)
    assert item_of(rebuilt, TRAINABLE).verdict == "unreadable"
    assert works(rebuilt, TRAINABLE)
    assert len(as_bytes(rebuilt.notebook)) < 200_000


def test_an_answer_that_does_not_parse_costs_itself_alone(
    notebook: Notebook, master: Master
) -> None:
    cell_of(notebook, TRAINABLE).source = "def set_trainable(:"
    rebuilt = rebuild(as_bytes(notebook), master)
    assert "def set_trainable(:" in code_of(item_of(rebuilt, TRAINABLE))
    assert item_of(rebuilt, TRAINABLE).verdict == ""
    assert works(rebuilt, TRAINABLE)


def test_own_cells_stay_where_they_were_and_bring_nothing_along(
    notebook: Notebook, master: Master
) -> None:
    at = place(notebook, f"answer-{NAMES}")
    mine = new_code_cell("HELPER = 3", metadata={"evil": "<script>", "tags": ["x"]})
    mine.outputs = [nbformat.v4.new_output("stream", text="<script>")]
    words = new_markdown_cell("My words ![](attachment:a.png)")
    words.attachments = {"a.png": {"image/png": "AAAA"}}
    notebook.cells[at:at] = [mine, words]
    notebook.cells.insert(0, new_code_cell("FIRST = 1"))
    notebook.metadata["widgets"] = {"big": "x" * 999}
    cell_of(notebook, NAMES).source += "\nUSES = HELPER + FIRST"
    cell_of(notebook, NAMES).outputs = [nbformat.v4.new_output("stream", text="<script>")]
    rebuilt = rebuild(as_bytes(notebook), master)
    assert [c.source for c in rebuilt.notebook.cells] == [c.source for c in notebook.cells]
    assert [c.id for c in rebuilt.notebook.cells if c.id.startswith("learner")] == [
        "learner-1", "learner-2", "learner-3",
    ]  # fmt: skip
    text = as_bytes(rebuilt.notebook).decode()
    assert "<script>" not in text and "AAAA" not in text and "widgets" not in text
    assert [(s.origin, s.text) for s in item_of(rebuilt, NAMES).sources][:2] == [
        ("learner", "FIRST = 1"),
        ("master", "from torch import nn"),
    ]
    assert works(rebuilt)


def test_an_import_added_to_the_first_cell_is_there(notebook: Notebook, master: Master) -> None:
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = first.source.replace("import copy\n", "import copy\nimport math as m\n")
    cell_of(notebook, NAMES).source += "\nPI = m.pi"
    rebuilt = rebuild(as_bytes(notebook), master)
    assert works(rebuilt)
    assert "data.load()" not in code_of(item_of(rebuilt, NAMES))
    assert "import math as m" in rebuilt.notebook.cells[1].source


def test_an_import_deleted_from_the_first_cell_is_still_there(
    notebook: Notebook, master: Master
) -> None:
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = "print('all gone')"
    assert works(rebuild(as_bytes(notebook), master))


def test_a_helper_that_another_order_brought_behind_the_check(
    notebook: Notebook, master: Master
) -> None:
    cell = notebook.cells.pop(place(notebook, f"answer-{NAMES}"))
    cell.source += "\nLATE = helper()"
    notebook.cells += [new_code_cell("def helper():\n    return 1"), cell]
    assert works(rebuild(as_bytes(notebook), master))


def test_a_helper_behind_the_check_does_not_help(notebook: Notebook, master: Master) -> None:
    cell_of(notebook, NAMES).source += "\nLATE = helper()"
    notebook.cells.append(new_code_cell("def helper():\n    return 1"))
    assert "def helper" not in code_of(item_of(rebuild(as_bytes(notebook), master), NAMES))


def test_a_written_answer(notebook: Notebook, master: Master) -> None:
    at = place(notebook, "unfreeze-reflection")
    notebook.cells[at].source = "My *words* <script>"
    [written] = rebuild(as_bytes(notebook), master).manual
    assert (written.answer, written.changed, written.points) == ("My *words* <script>", True, 2)
    notebook.cells[at] = new_markdown_cell("Quite other words")
    rebuilt = rebuild(as_bytes(notebook), master)
    assert (rebuilt.manual[0].answer, rebuilt.manual[0].changed) == ("Quite other words", True)
    del notebook.cells[at]
    rebuilt = rebuild(as_bytes(notebook), master)
    assert (rebuilt.manual[0].answer, rebuilt.manual[0].changed) == ("", False)
    assert any("unfreeze-reflection" in note for note in rebuilt.notes)


def test_a_cell_that_only_writes_a_file_is_noticed(notebook: Notebook, master: Master) -> None:
    cell = cell_of(notebook, NAMES)
    cell.source = "%%writefile answer.py\n" + cell.source
    rebuilt = rebuild(as_bytes(notebook), master)
    assert "answer-layer_names: it begins with %%writefile, so its code is not run" in rebuilt.notes
    assert works(rebuilt, NAMES)


def test_another_lessons_notebook(master: Master) -> None:
    other = without_notes(read_lesson(repository() / "solutions/03_learning_rate.py").notebook)
    rebuilt = rebuild(as_bytes(other), master)
    assert {item.verdict for item in rebuilt.items} == {"missing"}


def test_notebooks_of_other_times_and_tools(notebook: Notebook, master: Master) -> None:
    plain = json.loads(as_bytes(notebook))
    for cell in plain["cells"]:
        cell["input" if cell["cell_type"] == "code" else "source"] = cell.pop("source")
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": plain["cells"]}]}
    assert works(rebuild(json.dumps(old).encode(), master))
    text = as_bytes(notebook).decode()
    for encoding in ("utf-8-sig", "utf-16", "utf-32-le"):
        assert works(rebuild(text.encode(encoding), master))
    assert works(rebuild(text.replace("\n", "\r\n").encode(), master))


def test_odd_numbers_and_keys_said_twice(notebook: Notebook, master: Master) -> None:
    text = as_bytes(notebook).decode()
    odd = text.replace('"metadata": {}', '"metadata": {"a": 1, "a": NaN, "b": 1e999}', 1)
    odd = odd.replace('"nbformat": 4', '"nbformat": 4' + "0" * 9000)
    rebuilt = rebuild(odd.encode(), master)
    assert works(rebuilt)
    assert rebuilt.notes == ("the file says some things twice; the last one counts",)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "the file is empty"),
        (b" \n\0\0", "the file is empty"),
        (b"\x89PNG\r\n", "the file is not text in UTF-8"),
        (b'{"cells": [', "the file is broken in line 1"),
        (b"[1, 2]", "the file is JSON, but no notebook"),
        (b'{"metadata": {}}', "the file is JSON, but holds no cells"),
        (b"[" * 100_000, "the notebook is nested too deeply"),
        (b'{"a":' * 100_000, "the notebook is nested too deeply"),
        (b"[" * 600_000, "the notebook holds far more parts"),
        (b"\xff\xfe\0", "the file is not text in UTF-8"),
        (b'{"cells": [' + b"{}," * 60_000 + b"{}]}", "the notebook has 60,001 cells"),
        (b'{"cells": []}' + b" " * (21 * 2**20), "the notebook has 21 MB"),
    ],
)
def test_what_is_no_notebook_is_unreadable(data: bytes, cause: str, master: Master) -> None:
    rebuilt = rebuild(data, master)
    assert {item.verdict for item in rebuilt.items} == {"unreadable"}
    assert {item.cause for item in rebuilt.items} == set(rebuilt.notes)
    assert rebuilt.notes[0].startswith(cause)
    assert "\n" not in rebuilt.notes[0]
    assert [c.source for c in rebuilt.notebook.cells] == [c.source for c in master.cells]


@pytest.mark.parametrize(
    "cell",
    [
        {}, {"cell_type": 7}, {"source": {"a": 1}}, {"source": [1, None, ["x"]]}, 5, None, "text",
        {"cell_type": "code", "metadata": {"nbgrader": "all"}, "source": None},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["x"]}}, "source": "x = 1"},
        {"cell_type": "heading", "level": 10**9, "source": "big"},
        {"cell_type": "code", "source": "x = '\ud800'"},
        {"cell_type": "code", "source": "x = '\0'"},
        {"cell_type": "code", "source": "del layer_names", "id": "answer-layer_names"},
    ],
    ids=range(13),
)  # fmt: skip
def test_an_odd_cell_costs_nothing(cell: Any, notebook: Notebook, master: Master) -> None:
    plain = json.loads(as_bytes(notebook))
    plain["cells"].insert(3, cell)
    rebuilt = rebuild(json.dumps(plain).encode(), master)
    assert works(rebuilt)
    as_bytes(rebuilt.notebook).decode()
    nbformat.validate(rebuilt.notebook)


def many(text: str, count: int) -> Edit:
    def add(notebook: Notebook) -> None:
        cells = [new_code_cell(text.replace("#", str(n))) for n in range(count)]
        notebook.cells[1:1] = cells

    return add


@pytest.mark.parametrize(
    "edit",
    [
        many("x# = 1\n" * 900, 1500),
        many("def layer_names(): return #", 1900),
        many("from torch import nn\nx# = nn\n" + "# line\n" * 500, 1900),
        many("x = 1;" * 9000, 200),
        many("%time x = 1\n" * 45, 1900),
        many("x# = x\n" + "y = x#\n" * 50, 1900),
        many("", 30_000),
        many("def layer_names(#", 30_000),
    ],
    ids=range(8),
)
def test_a_monster_takes_no_longer_than_it_may(
    edit: Edit, notebook: Notebook, master: Master
) -> None:
    edit(notebook)
    data = json.dumps(notebook).encode()
    started = time.process_time()
    rebuilt = rebuild(data, master)
    assert time.process_time() - started < 30
    own = [cell for cell in rebuilt.notebook.cells if cell.id.startswith("learner-")]
    assert len(own) <= MAX_OWN_CELLS
    assert len(rebuilt.notes) <= 20


def test_a_rebuilt_notebook_is_rebuilt_alike(notebook: Notebook, master: Master) -> None:
    notebook.cells.insert(4, new_code_cell("EXTRA = 1"))
    once = rebuild(as_bytes(notebook), master)
    twice = rebuild(as_bytes(once.notebook), master)
    assert once == twice


def test_the_masters_stub_stays_where_an_answer_is_missing(
    notebook: Notebook, master: Master, tmp_path: Path
) -> None:
    notebook.cells.remove(cell_of(notebook, NAMES))
    rebuilt = rebuild(as_bytes(notebook), master)
    assert "return ..." in cell_of(rebuilt.notebook, NAMES).source
