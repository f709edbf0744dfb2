"""One item in a shell of its own: as a notebook behaves, without a notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from room import forked, graded, outcome_of, preloaded

from helpers.checks import EXERCISES
from helpers.checks.evidence import from_bytes
from helpers.checks.run import judge_evidence
from helpers.grading.core import Source
from helpers.grading.shell import open_shell

RIGHT = """
def accuracy(logits, labels):
    return float((logits.argmax(dim=1) == labels).double().mean())
"""


def test_a_right_answer_gets_all_points() -> None:
    result = graded("wall.accuracy", "import torch", RIGHT)
    assert (result.verdict, result.points, result.findings) == ("correct", 2.0, ())
    assert result.own_seconds > 0


def test_the_stub_is_not_started() -> None:
    result = graded("wall.accuracy", "def accuracy(logits, labels):\n    return ...")
    assert (result.verdict, result.points, result.finding) == ("not-started", 0.0, "not-started")


def test_an_error_of_one_cell_does_not_stop_the_next() -> None:
    outcome = outcome_of(
        "wall.accuracy",
        [Source("1 / 0", "learner", "a"), Source("undefined", "learner", "b"),
         Source(RIGHT, "answer", "c")],
    )  # fmt: skip
    assert outcome.problem == "NameError: name 'undefined' is not defined"
    assert from_bytes(outcome.evidence)["probe"] is not None


def test_an_answer_that_does_not_exist_is_an_error_that_says_why() -> None:
    result = graded("wall.accuracy", "def accuracy(logits, labels):\n    retrun 3")
    assert (result.verdict, result.finding) == ("error", "no-answer")
    assert result.message == "When your cells have run, there is nothing called accuracy."
    assert result.findings[0]["got"].startswith("SyntaxError: invalid syntax")


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\n%time value = 3",
        "%%time\nvalue = 3",
        "display(3)\nvalue = 3",
        "listing = !ls /\nvalue = 3 if 'usr' in listing else 0",
        "!true\nvalue = 3",
        "import asyncio\nawait asyncio.sleep(0)\nvalue = 3",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nvalue = 3",
        "get_ipython().run_line_magic('time', '0')\nvalue = 3",
        "%%bash\ntrue\n",
    ],
)
def test_what_notebooks_do_works(cell: str) -> None:
    cells = ["value = 3"] if cell.startswith("%%bash") else []
    check = RIGHT.replace("return float", "return (value - 2) * float")
    assert graded("wall.accuracy", *cells, cell, check).verdict == "correct"


@pytest.mark.parametrize(
    "stop", ["import sys\nsys.exit(3)", "exit()", "quit()", "raise SystemExit"]
)
def test_an_exit_ends_the_cell_and_nothing_else(stop: str) -> None:
    result = graded("wall.accuracy", RIGHT + stop + "\ndel accuracy")
    assert result.verdict == "correct"
    assert result.cause.startswith("SystemExit")


@pytest.mark.parametrize("ask", ["input('Name?')", "import getpass\ngetpass.getpass()"])
def test_a_question_is_an_error_at_once(ask: str) -> None:
    result = graded("wall.accuracy", RIGHT, ask)
    assert result.verdict == "correct"
    assert "nobody is there to answer" in result.cause


def test_a_question_in_an_answer_is_a_finding() -> None:
    result = graded("wall.accuracy", "def accuracy(logits, labels):\n    return float(input())")
    assert (result.verdict, result.finding) == ("error", "raised")
    assert "nobody is there to answer" in result.findings[0]["got"]


def test_files_beside_the_notebook_can_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text(RIGHT)
    monkeypatch.chdir(tmp_path)
    assert graded("wall.accuracy", "from mine import accuracy").verdict == "correct"
    assert sorted(path.name for path in tmp_path.iterdir()) in (
        ["mine.py"],
        ["__pycache__", "mine.py"],
    )


def test_the_seed_comes_when_the_cells_are_done() -> None:
    """Cells that ran before the seed was read cannot have it, wherever they look."""
    from helpers.grading import runner

    order: list[str] = []

    def work(say: object) -> None:
        def read_seed() -> int:
            order.append("seed")
            say(("done" in os.environ and b"late") or b"early")  # type: ignore[operator]
            return 1

        job = {
            "exercise": "wall.accuracy",
            "answer": "accuracy",
            "sources": [{"text": "import os\nos.environ['done'] = '1'", "origin": "learner",
                         "name": "x"}],
        }  # fmt: skip
        runner.run_job(job, read_seed, lambda *_: None)

    assert forked(work) == b"late"


def test_a_check_in_a_cell_neither_judges_nor_stops_it() -> None:
    cell = "from helpers.checks import check\ncheck('wall.accuracy', 3)\n" + RIGHT
    assert graded("wall.accuracy", cell).verdict == "correct"


def test_what_a_cell_ends_with_is_printed_without_a_number(
    capfd: pytest.CaptureFixture[str],
) -> None:
    graded("wall.accuracy", RIGHT, "41 + 1\n")
    assert "42\n" in capfd.readouterr().out


def test_an_answer_that_prints_is_bounded_and_kept() -> None:
    result = graded("wall.accuracy", RIGHT.replace("    return", "    print('here')\n    return"))
    assert result.verdict == "correct"
    assert result.printed.startswith("here\n")


def test_an_object_that_fights_the_probe_costs_only_its_item() -> None:
    fighter = """
class Fighter:
    def __getattribute__(self, name):
        raise KeyboardInterrupt
    def __call__(self, *args):
        raise KeyboardInterrupt
accuracy = Fighter()
"""
    result = graded("wall.accuracy", fighter)
    assert result.points == 0
    assert result.verdict in ("unreadable", "wrong", "error")


def test_no_thread_and_no_file_stays_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def work(say: object) -> None:
        open_shell().run("x = 1", "<x>")
        say(f"{len(os.listdir('/proc/self/task'))}".encode())  # type: ignore[operator]

    assert forked(work) == b"1"
    assert not list(tmp_path.rglob("history*"))


def test_the_shell_opens_quickly(measured: list[str]) -> None:
    preloaded()

    def work(say: object) -> None:
        start = time.perf_counter()
        open_shell()
        say(f"{time.perf_counter() - start:.4f}".encode())  # type: ignore[operator]

    took = sorted(float(forked(work)) for _ in range(5))[2]
    measured.append(f"opening the shell of an item: {1000 * took:.0f} ms")


PREPARED = """
import importlib, json, os, sys, time
from helpers.grading import runner
for name in runner.PRELOAD:
    importlib.import_module(name)
job = {"exercise": "wall.accuracy", "answer": "accuracy",
       "sources": [{"text": sys.stdin.read(), "origin": "answer", "name": "a"}]}
said = {"threads": len(os.listdir("/proc/self/task")), "files": os.listdir(os.environ["TMPDIR"])}
if os.fork() == 0:
    known, start = set(sys.modules), time.process_time()
    def send(evidence, more):
        spent = time.process_time() - start - more["own_seconds"]
        said.update(evidence=evidence.hex(), spent=spent, new=sorted(set(sys.modules) - known))
        os.write(1, json.dumps(said).encode())
    runner.run_job(job, lambda: 5, send)
    os._exit(0)
os.wait()
"""


def test_a_prepared_process_forks_items(tmp_path: Path, measured: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PREPARED],
        input=RIGHT,
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "OMP_NUM_THREADS": "1"},
    )
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert (said["threads"], said["files"], said["new"]) == (1, [], [])
    evidence = from_bytes(bytes.fromhex(said["evidence"]))
    exercise = EXERCISES["wall.accuracy"]
    assert judge_evidence(exercise, evidence, 5).name == "correct"
    measured.append(f"an item's processor time beside its own: {1000 * said['spent']:.0f} ms")
