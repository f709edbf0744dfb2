"""Grading a class: `course grade` against stock nbgrader on the same submissions.

    python -m benchmarks.grading                      engine, nbgrader, engine; 40 submissions
    python -m benchmarks.grading --only engine        seconds instead of three quarters of an hour
    python -m benchmarks.grading --scale 1000         memory, time and disk of a large class

The submissions are solutions, halves, wrong answers, untouched ones and ten that mean harm.
nbgrader is spared those that would stop it or the machine. It takes about a minute for each of the
others; what is measured of it is kept after every single one, and the same command goes on where
it was.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from benchmarks import report
from benchmarks.measured_group import Group
from benchmarks.submissions import (
    Lesson,
    Submission,
    as_submission,
    honest,
    hostile,
    noisy,
    read_lesson,
    submit,
)
from helpers.authoring.classroom import init_class
from helpers.grading.core import Record
from helpers.grading.records import RECORDS, Records
from helpers.places import (
    LESSON_NAME,
    PROVISIONER_VARIABLE,
    lessons,
    put_programs_on_path,
    repository,
)
from helpers.storage import cache_folder, write_atomically

LESSON = "02_selective_unfreezing"
GOAL = 10.0
SEED = 2019  # of the noise, and the grading seed
STOCK_KERNELS = "local-provisioner"
FINISHED = re.compile(r"Setting destination file permissions")
BEGUN = re.compile(r"Autograding .*/autograded/([^/]+)/")


@dataclass(frozen=True)
class Ground:
    """A class, what was handed in, and room for copies of both."""

    folder: Path
    lesson: Lesson
    submissions: tuple[Submission, ...]

    @property
    def handed_in(self) -> Path:
        """All submissions."""
        return self.folder / "handed-in"

    def class_copy(self, name: str, fresh: bool = True) -> Path:
        """A copy of the class in which nobody was graded yet."""
        target = self.folder / name
        if fresh:
            shutil.rmtree(target, ignore_errors=True)
        if not target.exists():
            shutil.copytree(self.folder / "class", target)
        return target


def prepare(folder: Path, lesson: str, count: int, harm: bool) -> Ground:
    """Make the class and the submissions; the same ones every time."""
    if not (folder / "class").is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / "solutions").mkdir()
            shutil.copy(repository() / "solutions" / f"{lesson}.py", Path(root) / "solutions")
            init_class(folder / "class", Path(root), secret="2019" * 16)
    read = read_lesson(folder / "class", lesson)
    mean = hostile(read)[: max(1, count // 4)] if harm else []
    made = (*honest(read, count - len(mean), SEED), *mean)
    submit(folder / "handed-in", lesson, made)
    return Ground(folder, read, made)


def _environment(runtime: Path) -> dict[str, str]:
    """One thread, and a template of one's own: an older one would not be counted."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "XDG_RUNTIME_DIR": str(runtime)}


def run_engine(ground: Ground, workers: int) -> dict[str, Any]:
    """Grade everything with `course grade`, the start of its template included."""
    room = ground.class_copy("engine")
    with tempfile.TemporaryDirectory(prefix="b-") as runtime, Group() as group:
        command = _grade(ground.handed_in, room, ground.lesson.name, workers)
        started = time.monotonic()
        done = subprocess.run(
            group.command(command), env=_environment(Path(runtime)), capture_output=True, text=True
        )
        wall, cpu = time.monotonic() - started, group.cpu_seconds()
        group.kill()
    if done.returncode not in (0, 3):
        raise SystemExit(f"course grade: {done.stdout[-500:]}{done.stderr[-2000:]}")
    records = list(Records(room).current(ground.lesson.name))
    if not records:
        raise SystemExit(f"course grade graded nobody: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    own = sum(result.own_seconds for record in records for result in record.results)
    hung = sum(
        result.cpu_seconds
        for record in records
        for result in record.results
        if result.verdict in ("timeout", "memory", "output", "crash")
    )
    return {
        "submissions": len(ground.submissions),
        "wall": wall,
        "cpu": cpu,
        "own": own,
        "hung": hung,
        "surprises": list(_surprises(ground, records)),
    }


def _grade(submissions: Path, room: Path, lesson: str, workers: int) -> list[str]:
    return [
        sys.executable, "-c", "from helpers.cli import main; main()",
        "grade", str(submissions), "--class", str(room),
        "--lesson", lesson, "--workers", str(workers), "--seed", str(SEED), "--json",
    ]  # fmt: skip


def _surprises(ground: Ground, records: Sequence[Record]) -> Iterator[str]:
    """Name verdicts that are not what the submissions deserve."""
    found = {record.student: record for record in records}
    for submission in ground.submissions:
        record = found.get(submission.student)
        if record is None:
            yield f"{submission.student}: not graded"
            continue
        for result in record.results:
            wanted = submission.expected.get(result.grade_id, "correct")
            fatal = {"crash", "memory", "error", "timeout"}  # which of them comes first may vary
            same = result.verdict == wanted or {result.verdict, wanted} <= fatal
            if not same and not (wanted == "wrong" and result.verdict == "error"):
                yield f"{submission.student} {result.grade_id}: {result.verdict}, not {wanted}"


def run_nbgrader(ground: Ground) -> dict[str, Any]:
    """Grade all it survives with stock nbgrader; go on where an earlier run was stopped."""
    room = ground.class_copy("nbgrader", fresh=False)
    name = ground.lesson.name
    spared = [s.student for s in ground.submissions if s.stops_nbgrader]
    todo = [s for s in ground.submissions if not s.stops_nbgrader]
    state = ground.folder / "nbgrader-stock.json"
    known: dict[str, list[float]] = json.loads(state.read_text()) if state.exists() else {}
    for student in (s.student for s in todo if s.student not in known):
        shutil.rmtree(room / "autograded" / student / name, ignore_errors=True)
    if len(known) < len(todo):
        submit(room / "submitted", name, [s for s in todo if s.student not in known])
        for student, wall, cpu in _autograde(room, name):
            known[student] = [wall, cpu]
            _keep(state, known)
            print(f"  nbgrader {len(known)}/{len(todo)}: {student} {wall:.0f} s", flush=True)
    return {
        "submissions": len(known),
        "wall": sum(wall for wall, _ in known.values()),
        "cpu": sum(cpu for _, cpu in known.values()),
        "median wall": statistics.median(wall for wall, _ in known.values()),
        "spared": spared,
    }


def _autograde(room: Path, lesson: str) -> Iterator[tuple[str, float, float]]:
    """Run `nbgrader autograde`; yield who was graded, and what that took, as soon as it is."""
    put_programs_on_path()
    command = [sys.executable, "-m", "nbgrader", "autograde", lesson, "--create"]
    # A class chooses warm kernels where it can; without this it would not be stock nbgrader.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", PROVISIONER_VARIABLE: STOCK_KERNELS}
    with Group() as group:
        process = subprocess.Popen(
            group.command(command), cwd=room, env=environment, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        wall, cpu, student, last = time.monotonic(), 0.0, "", ""
        assert process.stderr is not None
        try:
            for line in process.stderr:
                last = line
                if begun := BEGUN.search(line):
                    student = begun[1]
                if FINISHED.search(line) and student:
                    now, used = time.monotonic(), group.cpu_seconds()
                    yield student, now - wall, used - cpu
                    wall, cpu, student = now, used, ""
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            group.kill()
    if process.returncode not in (0, 1):
        print(f"  nbgrader ended with status {process.returncode}: {last.strip()}")


def _keep(path: Path, content: Mapping[str, Any]) -> None:
    def write(file: BinaryIO) -> None:
        file.write(json.dumps(content, indent=1).encode())

    write_atomically(path, write)


def compare(ground: Ground, workers: int, only: str | None) -> dict[str, Any]:
    """Engine, nbgrader, engine: what else the machine does then weighs on both."""
    result: dict[str, Any] = {"engine": []}
    if only != "nbgrader":
        result["engine"].append(run_engine(ground, workers))
    if only != "engine":
        result["nbgrader"] = run_nbgrader(ground)
    if only is None:
        result["engine"].append(run_engine(ground, workers))
    _print_comparison(result)
    return result


def _print_comparison(result: Mapping[str, Any]) -> None:
    for run in result["engine"]:
        each, count = run["wall"] / run["submissions"], run["submissions"]
        print(
            f"engine    {count} submissions: {run['wall']:.1f} s, {each:.2f} s each; "
            f"CPU {run['cpu']:.1f} s, {run['cpu'] / count:.2f} s each"
        )
        # What was spent on loops and bombs until a limit ended them is nobody's overhead.
        rest = run["cpu"] - run["hung"] - run["own"]
        print(
            f"          learners' own code {run['own']:.1f} s, "
            f"ended by a limit {run['hung']:.1f} s; "
            f"above it {rest:.1f} s, {rest / count:.2f} s each"
        )
        for line in run["surprises"]:
            print(f"          SURPRISE {line}")
    if stock := result.get("nbgrader"):
        count = stock["submissions"]
        print(
            f"nbgrader  {count} submissions: {stock['wall']:.0f} s, {stock['wall'] / count:.1f} s "
            f"each; CPU {stock['cpu']:.0f} s, {stock['cpu'] / count:.1f} s each "
            f"(without {', '.join(stock['spared']) or 'none'})"
        )
        for run in result["engine"]:
            wall, cpu = stock["wall"] / run["wall"], stock["cpu"] / run["cpu"]
            print(f"ratio     wall {wall:.1f}x in all, CPU {cpu:.1f}x (goal: {GOAL:g}x)")


def crowd(lesson: Lesson, count: int, folder: Path) -> None:
    """Hand in for a large class: copies with noise, of which no two are the same."""
    kinds = list(honest(lesson, 40, SEED))
    solutions = lesson.solutions()
    for number, kind in zip(range(count), itertools.cycle(kinds), strict=False):
        student = f"student-{number:05d}"
        if kind.kind == "solution":
            random_ = random.Random(number)
            answers = {name: noisy(code, random_) for name, code in solutions.items()}
            made = as_submission(student, lesson, answers)
        else:
            (name, content), *_ = kind.files.items()
            notebook = json.loads(content)
            for cell in notebook["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("solution"):
                    cell["source"] = f"{''.join(cell['source'])}\n# {number}"
            made = Submission(student, {name: json.dumps(notebook).encode()})
        submit(folder, lesson.name, [made])


def scale(folder: Path, lesson: str, count: int, workers: int) -> dict[str, Any]:
    """Grade a large class; watch the memory of all processes and of the engine's own."""
    ground = prepare(folder, lesson, 1, harm=False)
    shutil.rmtree(ground.handed_in, ignore_errors=True)
    crowd(ground.lesson, count, ground.handed_in)
    room = ground.class_copy("large")
    command = _grade(ground.handed_in, room, lesson, workers)
    first = _watched(command, workers)
    again = _watched(command, workers)
    records = [path.stat().st_size for path in (room / RECORDS).rglob("*.json")]
    result = {
        **first,
        "submissions": count,
        "second run": again["wall"],
        "records": len(records),
        "records MB": sum(records) / 2**20,
        "gradebook MB": (room / "gradebook.db").stat().st_size / 2**20,
    }
    _print_scale(result)
    return result


def _watched(command: Sequence[str], workers: int) -> dict[str, Any]:
    """Run `course grade --json` and sample what memory it takes, by how many are done."""
    samples: list[tuple[int, float, float]] = []  # submissions done, MB of all, MB of the engine
    done = 0
    with tempfile.TemporaryDirectory(prefix="b-") as runtime, Group() as group:
        started = time.monotonic()
        process = subprocess.Popen(
            group.command(command), env=_environment(Path(runtime)), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        ended = threading.Event()

        def sample() -> None:
            while not ended.wait(2):
                samples.append((done, group.pss_mb(), group.pss_mb([process.pid])))

        thread = threading.Thread(target=sample, daemon=True)
        thread.start()
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            done += event.get("event") == "submission"
        process.wait()
        wall, cpu = time.monotonic() - started, group.cpu_seconds()
        ended.set()
        thread.join()
        group.kill()
    if process.returncode not in (0, 3):
        raise SystemExit(f"course grade ended with status {process.returncode}")
    return {"wall": wall, "cpu": cpu, "graded": done, "memory": _by_progress(samples)}


def _by_progress(samples: Sequence[tuple[int, float, float]]) -> dict[str, list[float]]:
    """Largest memory of all and of the engine alone, while so many were done."""
    edges = [0, 100, 250, 500, 750, 1000, 10**9]
    found: dict[str, list[float]] = {}
    for low, high in itertools.pairwise(edges):
        part = [s for s in samples if low <= s[0] < high]
        if part:
            found[f"from {low}"] = [max(s[1] for s in part), max(s[2] for s in part)]
    return found


def _print_scale(result: Mapping[str, Any]) -> None:
    count = result["submissions"]
    print(
        f"{result['graded']} of {count} submissions: {result['wall']:.0f} s, "
        f"{result['wall'] / count:.2f} s each, CPU {result['cpu'] / count:.2f} s each; "
        f"again, all unchanged: {result['second run']:.1f} s"
    )
    for progress, (everything, engine) in result["memory"].items():
        print(f"  {progress:10s} done: all processes {everything:.0f} MB, engine {engine:.0f} MB")
    print(
        f"  {result['records']} records, {result['records MB']:.1f} MB; "
        f"gradebook {result['gradebook MB']:.1f} MB"
    )


def main() -> None:
    """Read the options, measure, save."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--lesson", default=LESSON)
    parser.add_argument("--only", choices=["engine", "nbgrader"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scale", type=int, metavar="N", help="grade a class of N instead")
    parser.add_argument("--folder", type=Path, help="to work in; default: in the cache")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started, too
    known = [n for n in lessons(repository() / "solutions") if LESSON_NAME.fullmatch(n)]
    lesson = next((name for name in known if options.lesson in name), None)
    if lesson is None:
        parser.error(f"no lesson {options.lesson}: choose from {', '.join(known)}")
    base = options.folder or cache_folder("benchmarks", "grading")
    if options.scale:
        folder = base / f"{lesson}-scale"
        result = scale(folder, lesson, options.scale, options.workers)
        name = "grading_scale"
    else:
        folder = base / f"{lesson}-{options.submissions}"
        ground = prepare(folder, lesson, options.submissions, harm=True)
        result = compare(ground, options.workers, options.only)
        name = "grading" if options.only is None else f"grading_{options.only}"
    content = {"machine": report.machine(), "lesson": lesson, "workers": options.workers, **result}
    print(report.save(name, content))


if __name__ == "__main__":
    main()
