"""A slice runs what an answer needs and nothing else, and gives what the whole notebook gives."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from support import once_for_each_lesson

from helpers.authoring.release import as_bytes
from helpers.authoring.sources import read_lesson
from helpers.checks import EXERCISES
from helpers.checks.run import collect, judge_evidence
from helpers.grading.core import Source
from helpers.grading.master import Master, read_master
from helpers.grading.names import MAX_TEXT, names_in, read_statements
from helpers.grading.rebuild import rebuild
from helpers.grading.slicing import Cell, Program, Whose
from helpers.places import repository

COSTLY = ("data.load", "train_head", ".fit(", "models.", "explore.", "plots.", "book")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    once_for_each_lesson(metafunc)


def run(sources: Sequence[str], expression: str) -> str:
    """Run cells as a kernel does, going on after errors; return what the expression is."""
    shell = InteractiveShell()
    shell.showtraceback = lambda *args, **kwargs: None
    shell.showsyntaxerror = lambda *args, **kwargs: None
    for text in sources:
        shell.run_cell(text, silent=True)
    done = shell.run_cell(f"_it_is = repr({expression})", silent=True)
    if done.error_in_exec is not None:
        return f"raises {type(done.error_in_exec).__name__}"
    return str(shell.user_ns["_it_is"])


def cells(*given: tuple[Whose, str]) -> list[Cell]:
    """Cells in order, analysed."""
    texts = [(whose, textwrap.dedent(text).strip("\n")) for whose, text in given]
    return [
        Cell(f"cell-{number}", text, whose, read_statements(text))
        for number, (whose, text) in enumerate(texts)
    ]


def sliced(given: Sequence[Cell], expression: str, own: int | None = None) -> tuple[Source, ...]:
    """The slice of a check that stands after all these cells."""
    return Program(given).slice_for(len(given), names_in(expression), own)


SAME: dict[str, tuple[tuple[Whose, str], ...]] = {
    "a name from a demonstration": (
        ("master", "import math\nscale = 3\nother = 1 / 0"),
        ("answer", "def f():\n    return scale * math.pi"),
    ),
    "a helper in a cell of one's own": (
        ("learner", "def twice(x):\n    return 2 * x"),
        ("answer", "def f():\n    return twice(21)"),
    ),
    "a helper of a helper, through a comprehension and a default": (
        ("learner", "SIZE = 3\ndef inner(n=SIZE):\n    return n"),
        ("learner", "def outer():\n    return [inner() for _ in range(SIZE)]"),
        ("answer", "f = lambda: sum(outer())"),
    ),
    "the last definition counts": (
        ("master", "def g():\n    return 1"),
        ("answer", "def f():\n    return g()"),
        ("learner", "def g():\n    return 2"),
    ),
    "a value that is used while the notebook runs, and changed later": (
        ("master", "n = 1"),
        ("learner", "m = n + 1"),
        ("master", "n = 10"),
        ("answer", "def f():\n    return m, n"),
    ),
    "a container that is filled later": (
        ("learner", "known = {}"),
        ("learner", "known['a'] = 1\nknown.update(b=2)"),
        ("learner", "for k in 'cd':\n    known[k] = 3"),
        ("answer", "def f():\n    return sorted(known)"),
    ),
    "an attribute that is set": (
        ("master", "class Box:\n    pass\nbox = Box()"),
        ("learner", "box.lid = 'shut'\nsetattr(box, 'key', 1)"),
        ("answer", "def f():\n    return box.lid, box.key"),
    ),
    "a class that is patched": (
        ("master", "class Box:\n    def size(self):\n        return 1"),
        ("learner", "def size(self):\n    return 2\nBox.size = size"),
        ("answer", "def f():\n    return Box().size()"),
    ),
    "global statements": (
        ("learner", "def prepare():\n    global ready\n    ready = 7"),
        ("learner", "prepare()"),
        ("answer", "def f():\n    return ready"),
    ),
    "augmented assignment": (
        ("master", "total = 1"),
        ("learner", "total += 4"),
        ("answer", "def f():\n    return total"),
    ),
    "del": (
        ("master", "thing = 1"),
        ("learner", "del thing"),
        ("answer", "def f():\n    return thing"),
    ),
    "a name bound only now and then": (
        ("master", "flag = False\nvalue = 1"),
        ("learner", "if flag:\n    value = 2"),
        ("answer", "def f():\n    return value"),
    ),
    "walrus in a comprehension": (
        ("learner", "squares = [last := n * n for n in range(4)]"),
        ("answer", "def f():\n    return last"),
    ),
    "f-strings, annotations and decorators": (
        ("master", "import functools\nfrom typing import Optional\nword = 'five'"),
        ("learner", "def loud(g):\n    return lambda: g().upper()"),
        (
            "answer",
            "@loud\n@functools.cache\ndef f() -> Optional[str]:\n    return f'{word!s:>6}'",
        ),
    ),
    "annotations that are never looked at": (
        ("learner", "from __future__ import annotations"),
        ("answer", "def f(x: Nowhere = 1) -> Nowhere:\n    return x"),
    ),
    "a class with bases, a metaclass and a body": (
        ("master", "import abc\nDEPTH = 2"),
        ("learner", "class Base(metaclass=abc.ABCMeta):\n    depth = DEPTH"),
        ("learner", "class Derived(Base):\n    more = Base.depth + DEPTH"),
        ("answer", "def f():\n    return Derived.more"),
    ),
    "star import": (
        ("learner", "from math import *"),
        ("answer", "def f():\n    return floor(pi)"),
    ),
    "star import that hides a built-in": (
        ("learner", "from cmath import *\nfrom math import *\nfrom operator import *"),
        ("answer", "def f():\n    return abs(-3), contains([1], 1), pow(2, 3)"),
    ),
    "a built-in that was overwritten": (
        ("learner", "sum = lambda values: 'mine'"),
        ("answer", "def f():\n    return sum([1])"),
    ),
    "except and with and match": (
        ("learner", "try:\n    import nowhere_at_all as lib\nexcept Exception:\n    lib = 0"),
        ("learner", "match (1, 2):\n    case (a, b):\n        pass"),
        ("answer", "def f():\n    return lib, a, b"),
    ),
    "magics": (
        ("learner", "%matplotlib inline\nfactor = 6"),
        ("learner", "%time seven = 7"),
        ("learner", "%%time\neight = 8"),
        ("answer", "%%capture\ndef f():\n    return factor * seven, eight"),
    ),
    "a shell line": (
        ("learner", "!true\nlisted = !echo one"),
        ("answer", "def f():\n    return list(listed)"),
    ),
    "an answer that tries itself out": (
        ("master", "rows = [1, 2]"),
        ("answer", "def f():\n    return 5\nresult = f() + len(rows)\nprint(result, rows)"),
    ),
    "an answer that fails in the middle": (
        ("answer", "def f():\n    return 5\n1 / 0\ndef f():\n    return 6"),
    ),
    "a draft above an answer that fails at once": (
        ("learner", "def f():\n    return 4"),
        ("answer", "import nowhere_at_all\ndef f():\n    return 5"),
    ),
    "an answer that fails at once": (("answer", "print(undefined)\ndef f():\n    return 5"),),
    "an answer that does not parse": (("answer", "def f(:\n    return 5"),),
    "a helper that does not parse": (
        ("learner", "def helper(:\n    return 1"),
        ("answer", "def f():\n    return helper()"),
    ),
    "the stub below the answer": (
        ("learner", "def f():\n    return 5"),
        ("answer", "def f():\n    return ..."),
    ),
    "recursion, and a draft above": (
        ("learner", "def f(n=3):\n    return 0"),
        ("answer", "def f(n=3):\n    return n and n + f(n - 1)"),
    ),
    "two that call each other": (
        ("learner", "def even(n):\n    return n == 0 or odd(n - 1)"),
        ("learner", "def odd(n):\n    return n != 0 and even(n - 1)"),
        ("answer", "def f():\n    return even(8)"),
    ),
    "statements that share a line": (
        ("learner", "import math; three = 3"),
        ("answer", "def f(): return math.floor(three)"),
    ),
    "an effect on what was tried out": (
        ("master", "net = {'rate': 1}"),
        ("learner", "net['rate'] = 2\nseen = dict(net)"),
        ("answer", "def f():\n    return seen"),
    ),
    "exec": (
        ("learner", "exec('made = 4')"),
        ("answer", "def f():\n    return made"),
    ),
    "nonlocal and closures": (
        (
            "learner",
            """
            def counter():
                n = START
                def up():
                    nonlocal n
                    n += 1
                    return n
                return up
            START = 4""",
        ),
        ("answer", "step = counter()\ndef f():\n    return step()"),
    ),
    "await": (
        ("learner", "import asyncio\nawait asyncio.sleep(0)\nwaited = 1"),
        ("answer", "def f():\n    return waited"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_a_slice_gives_what_the_whole_notebook_gives(case: str) -> None:
    given = cells(*SAME[case])
    own = next(at for at, cell in enumerate(given) if cell.whose == "answer")
    whole = run([cell.text for cell in given], "f()")
    assert run([source.text for source in sliced(given, "f", own)], "f()") == whole


def test_what_is_not_needed_is_left_out() -> None:
    given = cells(
        ("master", "import math, copy\nflowers = load()\nmodel = train(flowers)\nsize = 3"),
        ("learner", "print(model)\nmodel.eval()"),
        ("answer", "def f():\n    return math.floor(size)"),
    )
    texts = [source.text for source in sliced(given, "f", 2)]
    assert texts == ["import math, copy\nsize = 3", given[2].text]


def test_trying_out_costs_nothing_and_moves_no_line() -> None:
    given = cells(
        ("master", "flowers = load()"),
        ("answer", "def f():\n    return 1\nfor x in flowers:\n    print(f(x))\ng = 2"),
    )
    [answer] = sliced(given, "f", 1)
    assert answer.text == "def f():\n    return 1\n\n\ng = 2"
    assert (answer.origin, answer.name) == ("answer", "cell-1")


def test_what_an_answer_uses_of_a_try_out_is_run() -> None:
    given = cells(
        ("master", "flowers = [3, 4]"),
        ("learner", "mean = sum(flowers) / 2\nprint(mean)"),
        ("answer", "def f():\n    return mean"),
    )
    texts = [source.text for source in sliced(given, "f", 2)]
    assert texts[0] == "flowers = [3, 4]"
    assert texts[1].startswith("mean = ")


def test_an_import_beside_costly_code_is_taken_alone() -> None:
    given = cells(
        ("learner", "import numpy as np\nextra = np.zeros(9)\nprint(extra)"),
        ("answer", "def f():\n    return np.pi"),
    )
    assert sliced(given, "f", 1)[0].text.strip() == "import numpy as np"


def test_a_module_written_by_a_cell_is_there() -> None:
    given = cells(
        ("learner", "%%writefile own_tools.py\nanswer = 42"),
        ("learner", "%%writefile notes.txt\nnothing"),
        ("answer", "import own_tools\ndef f():\n    return own_tools.answer"),
    )
    assert [source.name for source in sliced(given, "f", 2)] == ["cell-0", "cell-2"]


def test_an_edited_cell_is_still_taken_statement_by_statement() -> None:
    original = read_statements("import copy\nflowers = load()\nsize = 2")
    assert original is not None
    text = "import copy\nimport math\nflowers = load()\nsize = 3\nunit = 'px'"
    edited = Cell("c", text, "edited", read_statements(text), frozenset(s.shape for s in original))
    answer = cells(("answer", "def f():\n    return math.floor(size), unit"))[0]
    [first, _] = sliced([edited, answer], "f", 1)
    assert [line for line in first.text.split("\n") if line] == [
        "import math",
        "size = 3",
        "unit = 'px'",
    ]


def test_a_check_of_a_file_needs_no_code() -> None:
    assert sliced(cells(("answer", "def f(): pass")), "'predictions.csv'", 0) == ()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000, "-" * 100_000 + "1", "1" + "+1" * 90_000, "x = 1\n" * (MAX_TEXT // 6 + 1),
        "%%time\n" * 3000, "!ls\n" * 3000, "\0", "def f(:", "é" * 9000,
        "f" + "()" * 50_000, "[" * 90 + "]" * 90, "lambda: " * 3000 + "1", "if 1:\n" + " " * 9,
        "'" * 199_999, "\\\n" * 90_000, "?" * 5000, "%" * 5000, "a" + ".a" * 90_000,
    ],
    ids=range(18),
)  # fmt: skip
def test_hostile_code_is_looked_at_quickly_or_not_at_all(text: str) -> None:
    started = time.process_time()
    read_statements(text)
    assert time.process_time() - started < 20


def test_a_puzzle_of_names_ends() -> None:
    many = [
        (
            "learner",
            "\n".join(f"x{i} = x{(i * 7) % 300} + x{i + 1}; y.z = x{i}" for i in range(300)),
        )
    ]
    given = cells(*many * 8, ("answer", "def f():\n    return x0"))  # type: ignore[arg-type]
    started = time.process_time()
    assert sliced(given, "f", len(given) - 1)[-1].name == given[-1].name
    assert time.process_time() - started < 20


# The lessons themselves.


@pytest.fixture(scope="session")
def solved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, Master]]:
    """Every lesson with its solutions, and its master."""
    found = {}
    for path in sorted((repository() / "solutions").glob("0*.py")):
        folder = tmp_path_factory.mktemp("sources") / "source" / path.stem
        folder.mkdir(parents=True)
        notebook = folder / f"{path.stem}.ipynb"
        notebook.write_bytes(as_bytes(read_lesson(path).notebook))
        found[path.stem] = (notebook.read_bytes(), read_master(notebook))
    return found


def test_every_solution_is_right_in_its_slice(
    lesson: str, solved: Mapping[str, tuple[bytes, Master]], measured: list[str],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    notebook, master = solved[lesson]
    started = time.process_time()
    items = rebuild(notebook, master).items
    measured.append(f"{lesson}, rebuilt and sliced: {time.process_time() - started:.3f} s CPU")
    run_all([source for item in items for source in item.sources if source.origin == "master"])
    for item in items:
        assert item.verdict == ""
        code = "\n".join(s.text for s in item.sources if s.origin == "master")
        assert not [word for word in COSTLY if word in code]
        if item.answer.startswith("'"):
            assert item.sources == ()
            continue
        seconds, namespace = run_all(item.sources)
        lines = sum(len(source.text.split("\n")) for source in item.sources)
        measured.append(f"{lesson}, {item.grade_id}: {lines} lines, {seconds:.4f} s CPU")
        exercise = EXERCISES[item.exercise]
        evidence = collect(exercise, eval(item.answer, namespace), seed=7)
        assert judge_evidence(exercise, evidence, seed=7).name == "correct"
        assert seconds < 2


def run_all(sources: Sequence[Source]) -> tuple[float, dict[str, Any]]:
    """Run a slice in a fresh namespace; return its seconds of CPU and what it defines."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    started = time.process_time()
    for source in sources:
        exec(compile(source.text, source.name, "exec"), namespace)
    return time.process_time() - started, namespace
