"""What a run of the engine says: a live bar, plain lines, or JSON for machines.

Names and causes come from submissions: nothing of them reaches a terminal as a command.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from helpers.verdicts import SEVERITY

#: graded: executed and judged now. entered: graded before, now in the gradebook. unchanged: both
#: before. refused: not accepted, or not a notebook. failed: grading itself did not work.
State = Literal["graded", "entered", "unchanged", "refused", "failed"]
TROUBLE: tuple[State, ...] = ("refused", "failed")

FEW = 60  #: submissions; of more, not every one gets a line
_PAUSE = 5.0  # seconds between two lines then
_SHOWN = 5  # findings at the end
_WIDEST = 100  # characters of one of them


@dataclass(frozen=True)
class Event:
    """What became of one submission."""

    student: str
    lesson: str
    state: State
    verdicts: Mapping[str, int] = field(default_factory=dict)
    points: float = 0.0
    max_points: float = 0.0
    seconds: float = 0.0  #: its grading took
    cause: str = ""


@dataclass
class Summary:
    """What a run came to. Of each submission only what went wrong is kept."""

    folder: str
    states: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)  #: (exercise, code)
    messages: dict[tuple[str, str], str] = field(default_factory=dict)
    troubles: list[Event] = field(default_factory=list)
    holds: Counter[str] = field(default_factory=Counter)  #: what kept the submissions in
    seconds: float = 0.0
    stopped: bool = False

    def add(self, event: Event) -> None:
        """Count one submission."""
        self.states[event.state] += 1
        self.verdicts.update(event.verdicts)
        if event.state in TROUBLE:
            self.troubles.append(event)


class Reporter(Protocol):
    """Someone who follows a run."""

    def begin(self, total: int, workers: str) -> None:
        """The run begins; `total` is 0 where it is not known."""

    def note(self, line: str) -> None:
        """Something that a person should know."""

    def event(self, event: Event) -> None:
        """One more submission is done."""

    def end(self, summary: Summary) -> None:
        """The run is over, whether all is graded or not."""


def shown(text: str) -> str:
    """Make a text harmless on a terminal: one line, no control characters."""
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))


def counted(verdicts: Mapping[str, int]) -> str:
    """Return counts of verdicts in their order: "correct 12, wrong 3"."""
    return ", ".join(f"{name} {verdicts[name]}" for name in SEVERITY if verdicts.get(name))


def duration(seconds: float) -> str:
    """Return a time as people say it: "0.4 s", "2 min 5 s", "1 h 3 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def line_of(event: Event) -> str:
    """Return one submission in one line."""
    who = f"{shown(event.student) or '?'}  {event.lesson}"
    if event.state in TROUBLE:
        return f"{who}  NOT GRADED: {shown(event.cause)}"
    points = f"{event.points:g}/{event.max_points:g}"
    how = "unchanged" if event.state == "unchanged" else f"{event.seconds:.1f} s"
    return f"{who}  {points}  {counted(event.verdicts)}  ({how})"


def summary_lines(summary: Summary) -> Iterator[str]:
    """Yield what is said at the end."""
    states, total = summary.states, sum(summary.states.values())
    graded = states["graded"]
    each = f", {summary.seconds / graded:.2f} s each" if graded else ""
    parts = [
        f"{states[name]} {name}" for name in ("graded", "entered", "unchanged") if states[name]
    ]
    if summary.troubles:
        parts.append(f"{len(summary.troubles)} could not be graded")
    noun = "submission" if total == 1 else "submissions"
    yield f"{total} {noun}: {', '.join(parts) or 'none'}; {duration(summary.seconds)}{each}"
    if summary.verdicts:
        yield f"verdicts     {counted(summary.verdicts)}"
    for position, (key, times) in enumerate(summary.findings.most_common(_SHOWN)):
        title = "most often   " if position == 0 else " " * 13
        yield f"{title}{times} x {key[0]}, {key[1]}: {_first(summary.messages.get(key, ''))}"
    for position, event in enumerate(summary.troubles):
        title = "not graded   " if position == 0 else " " * 13
        yield f"{title}{shown(event.student) or '?'}, {event.lesson}: {shown(event.cause)}"
    if summary.holds:
        yield f"sandbox      {'; '.join(summary.holds)}"
    if summary.stopped:
        yield "stopped      before the end: run the same command again to go on"
    elif total:
        yield f"next         course report --class {summary.folder}"


def _first(message: str) -> str:
    """Return the first sentence, cut where it is long."""
    sentence = shown(message).partition(". ")[0]
    return sentence if len(sentence) <= _WIDEST else sentence[: _WIDEST - 1] + "…"


class Lines:
    """Plain lines, for a log: one a submission, or every few seconds one about all."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._total = self._done = 0
        self._began = self._said = 0.0
        self._verdicts: Counter[str] = Counter()

    def begin(self, total: int, workers: str) -> None:
        self._total, self._began = total, time.monotonic()
        self._say(f"grading {total or 'all'} submissions with {workers}")

    def note(self, line: str) -> None:
        self._say(shown(line))

    def event(self, event: Event) -> None:
        self._done += 1
        self._verdicts.update(event.verdicts)
        if event.state in TROUBLE or 0 < self._total <= FEW:
            self._say(line_of(event))
            return
        now = time.monotonic()
        if now - self._said >= _PAUSE:
            self._said = now
            self._say(self._state(now - self._began))

    def _state(self, seconds: float) -> str:
        rate = self._done / max(seconds, 0.001)
        left = duration((self._total - self._done) / rate) if self._total else "?"
        share = f"{self._done}/{self._total or '?'}"
        return f"{share}  {rate:.2f}/s, {left} left  {counted(self._verdicts)}"

    def end(self, summary: Summary) -> None:
        for line in summary_lines(summary):
            self._say(line)

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class Bar:
    """A live bar on a terminal: how far, how fast, how long still, and the verdicts so far."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._verdicts: Counter[str] = Counter()
        self._progress = _Board(console)
        self._task = self._progress.add_task("", total=None, start=False)

    def begin(self, total: int, workers: str) -> None:
        self._print(f"grading {total or 'all'} submissions with {workers}")
        self._progress.update(self._task, total=total or None)
        self._progress.start()
        self._progress.start_task(self._task)

    def note(self, line: str) -> None:
        self._print(shown(line))

    def event(self, event: Event) -> None:
        self._verdicts.update(event.verdicts)
        if event.state in TROUBLE:
            self._print(line_of(event))
        self._progress.counts = counted(self._verdicts)
        self._progress.update(self._task, advance=1)

    def end(self, summary: Summary) -> None:
        self._progress.stop()
        for line in summary_lines(summary):
            self._print(line)

    def _print(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)


class _Board(Progress):
    """The bar, and the verdicts on a line of their own: both fit a narrow terminal."""

    def __init__(self, console: Console) -> None:
        self.counts = ""
        super().__init__(
            TextColumn("grading"), BarColumn(24), MofNCompleteColumn(), _Rate(),
            console=console, redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip

    def get_renderables(self) -> Iterator[RenderableType]:
        """Yield what is redrawn."""
        yield self.make_tasks_table(self.tasks)
        yield Text(self.counts)


class _Rate(ProgressColumn):
    """So many a second or a minute, and the time left."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("…")
        rate = f"{speed:.1f}/s" if speed >= 1 else f"{60 * speed:.1f}/min"
        left = task.time_remaining
        return Text(rate if left is None or task.finished else f"{rate}, {duration(left)} left")


class JsonLines:
    """One JSON object a line: `begin`, `note`, one `submission` each, `end`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, total: int, workers: str) -> None:
        self._put({"event": "begin", "total": total or None, "workers": workers})

    def note(self, line: str) -> None:
        self._put({"event": "note", "text": line})

    def event(self, event: Event) -> None:
        self._put({"event": "submission", **asdict(event)})

    def end(self, summary: Summary) -> None:
        findings = [
            {"exercise": exercise, "finding": code, "times": times}
            for (exercise, code), times in summary.findings.most_common()
        ]
        troubles = [
            {"student": event.student, "lesson": event.lesson, "cause": event.cause}
            for event in summary.troubles
        ]
        self._put(
            {
                "event": "end",
                "states": dict(summary.states),
                "verdicts": dict(summary.verdicts),
                "findings": findings,
                "not_graded": troubles,
                "sandbox": list(summary.holds),
                "seconds": round(summary.seconds, 3),
                "stopped": summary.stopped,
            }
        )

    def _put(self, plain: Mapping[str, object]) -> None:
        print(json.dumps(plain), file=self._stream, flush=True)


def reporter_for(stream: TextIO, as_json: bool) -> Reporter:
    """Choose how to report: JSON if asked for, a bar on a terminal, lines elsewhere."""
    if as_json:
        return JsonLines(stream)
    return Bar(Console(file=stream)) if stream.isatty() else Lines(stream)
