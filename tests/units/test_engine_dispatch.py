"""The dispatcher, with real processes that are really killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from grading_work import work

from helpers.errors import CourseError
from helpers.grading.dispatch import AHEAD, TRIES, Dispatcher, Finished, Task
from helpers.grading.workers import LocalCrew


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[LocalCrew]:
    crew = LocalCrew(2, work, {"folder": str(tmp_path)})
    yield crew
    crew.close(at_once=True)


def tasks(*said: str) -> Iterator[Task[str]]:
    return (Task(text.encode(), text) for text in said)


def run(crew: LocalCrew, *said: str, patience: float = 120) -> dict[str, Finished[str]]:
    return {done.ticket: done for done in Dispatcher(crew, patience).results(tasks(*said))}


def tries(folder: Path) -> Counter[str]:
    return Counter((folder / "tries").read_text().splitlines())


HONEST = [f"honest {number}" for number in range(8)]


def test_everything_comes_back_once(crew: LocalCrew, tmp_path: Path) -> None:
    done = run(crew, *HONEST)
    assert {ticket: finished.record for ticket, finished in done.items()} == {t: t for t in HONEST}
    assert set(tries(tmp_path).values()) == {1}


def test_only_a_few_are_taken_ahead(crew: LocalCrew) -> None:
    taken, furthest, finished = 0, 0, 0

    def counting() -> Iterator[Task[int]]:
        nonlocal taken
        for number in range(30):
            taken += 1
            yield Task(b"honest", number)

    for _ in Dispatcher(crew, 120).results(counting()):
        furthest = max(furthest, taken - finished)
        finished += 1
    assert finished == 30
    assert furthest <= crew.size + AHEAD


def test_a_killed_worker_costs_nobody_anything(crew: LocalCrew, tmp_path: Path) -> None:
    done = run(crew, *HONEST[:4], "die-once", *HONEST[4:])
    assert all(finished.record == ticket for ticket, finished in done.items())
    assert len(done) == 9
    assert max(tries(tmp_path).values()) <= 2


def test_who_kills_worker_on_worker_is_given_up_alone(crew: LocalCrew, tmp_path: Path) -> None:
    honest = [f"slow {number}" for number in range(9)]  # under way when others die
    killers = ["die a", "die b", "die c"]
    done = run(crew, *honest[:3], *killers[:2], *honest[3:6], killers[2], *honest[6:])
    assert len(done) == 12
    given_up = {ticket for ticket, finished in done.items() if not finished.record}
    assert given_up == set(killers)
    assert all(done[ticket].crashed and "killed" in done[ticket].cause for ticket in given_up)
    assert max(tries(tmp_path).values()) <= TRIES


def test_workers_that_hang_are_replaced(crew: LocalCrew) -> None:
    done = run(crew, "hang-once", *HONEST[:3], patience=8)
    assert {finished.record for finished in done.values()} == {"hang-once", *HONEST[:3]}


def test_a_bug_in_grading_is_a_crash_of_one_submission(crew: LocalCrew, tmp_path: Path) -> None:
    done = run(crew, *HONEST[:2], "bug", *HONEST[2:])
    assert done["bug"].crashed
    assert done["bug"].cause == "grading failed: KeyError: 'probe'"
    assert tries(tmp_path)["bug"] == TRIES
    assert all(done[ticket].record for ticket in HONEST)


def test_a_sandbox_that_fails_once_in_a_while_says_nothing_of_the_submission(
    crew: LocalCrew,
) -> None:
    done = run(crew, *HONEST[:2], "fail", *HONEST[2:])
    assert not done["fail"].crashed
    assert done["fail"].cause == "the sandbox does not work"
    assert all(done[ticket].record for ticket in HONEST)


def test_a_sandbox_that_never_works_stops_the_run(crew: LocalCrew, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="the sandbox does not work"):
        run(crew, *[f"fail {number}" for number in range(50)])
    assert len(tries(tmp_path)) <= 3 * (crew.size + AHEAD)


def test_stopping_finishes_what_is_under_way(crew: LocalCrew) -> None:
    stop: list[bool] = []
    done = []
    for finished in Dispatcher(crew, 120, lambda: bool(stop)).results(tasks(*HONEST)):
        done.append(finished)
        stop.append(True)
    assert 1 <= len(done) <= crew.size + AHEAD
    assert all(finished.record for finished in done)


def test_workers_end_with_the_engine(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from concurrent.futures import wait\n"
        "from grading_work import work\n"
        "from helpers.grading.workers import LocalCrew\n"
        f"crew = LocalCrew(1, work, {{'folder': {str(tmp_path)!r}}})\n"
        "if __name__ == '__main__':\n"
        "    import multiprocessing\n"
        "    crew.submit(b'honest').result()\n"
        "    print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "    crew.submit(b'hang')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    script = tmp_path / "engine.py"
    script.write_text(program)
    said = tmp_path / "said"  # not a pipe: a worker that lives on would keep it open
    with said.open("wb") as file:
        subprocess.run([sys.executable, script], stdout=file, stderr=subprocess.STDOUT)
    (pid,) = map(int, said.read_text().split())
    for _ in range(300):
        if not alive(pid):
            return
        time.sleep(0.1)
    os.kill(pid, 9)
    pytest.fail("the worker outlived the engine")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
