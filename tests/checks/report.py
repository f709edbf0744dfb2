"""The grader, graded: what the tests of the checks measured, in lines, as JSON and as a page."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checks.figures import AnswerFigures, MutantFigures, read

FOLDER = Path(__file__).parent
TITLE = "the grader, graded"


@dataclass(frozen=True)
class Row:
    """One exercise, or all of them. Seconds are those a learner waits, on one thread."""

    wrong: int
    wrong_caught: int
    combinations: int
    combinations_caught: int
    right: int
    accepted: int
    mutants: int
    possible: int
    caught: int
    at_once: int
    equivalent: int
    unexplained: int
    checks: int
    median_seconds: float
    median_cpu_seconds: float
    worst_seconds: float
    worst: str

    @property
    def score(self) -> float:
        """Share of all mutants that is caught: an explanation is no catch."""
        return self.caught / self.mutants if self.mutants else 1.0


def row(answers: Sequence[AnswerFigures], mutants: Sequence[MutantFigures]) -> Row:
    """Add up what was measured."""
    groups = {
        mistakes: [one for one in answers if one.mistakes == mistakes] for mistakes in range(3)
    }
    passed = {mistakes: sum(not one.missed for one in group) for mistakes, group in groups.items()}
    # An endless loop waits for the time limit, whoever checks it.
    right = [(seconds, one.name) for one in groups[0] for seconds in one.seconds]
    seconds = [value for one in answers for value in one.seconds]
    worst, name = max(right, default=(0.0, ""))
    return Row(
        wrong=len(groups[1]),
        wrong_caught=passed[1],
        combinations=len(groups[2]),
        combinations_caught=passed[2],
        right=len(groups[0]),
        accepted=passed[0],
        mutants=sum(one.tried for one in mutants),
        possible=sum(one.possible for one in mutants),
        caught=sum(one.caught for one in mutants),
        at_once=sum(one.at_once for one in mutants),
        equivalent=sum(len(one.equivalent) for one in mutants),
        unexplained=sum(len(one.unexplained) for one in mutants),
        checks=len(seconds),
        median_seconds=_median(seconds),
        median_cpu_seconds=_median([value for one in answers for value in one.cpu_seconds]),
        worst_seconds=round(worst, 3),
        worst=name,
    )


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 4) if values else 0.0


class Report:
    """What one run measured."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self._answers, self._mutants = read(lines)
        ids = {one.exercise for one in [*self._answers, *self._mutants]}
        self.rows = {name: self._row([name]) for name in sorted(ids)}
        self.total = self._row(ids)

    def _row(self, ids: Iterable[str]) -> Row:
        wanted = set(ids)
        return row(
            [one for one in self._answers if one.exercise in wanted],
            [one for one in self._mutants if one.exercise in wanted],
        )

    def seeds(self) -> dict[str, int]:
        """How many seeds were tried with each wrong answer, right answer, mutant."""
        return {
            "wrong": max((one.seeds for one in self._answers if not one.right), default=0),
            "right": max((one.seeds for one in self._answers if one.right), default=0),
            "mutants": max((one.seeds for one in self._mutants), default=0),
        }

    def lines(self) -> list[str]:
        """What every run says at its end."""
        all_, seeds = self.total, self.seeds()
        found = [f"exercises        {len(self.rows)}"]
        if all_.wrong or all_.combinations:
            found.append(
                f"wrong answers    {all_.wrong_caught} of {all_.wrong} caught with the intended "
                f"finding, {seeds['wrong']} seeds each"
            )
            found.append(
                f"two mistakes     {all_.combinations_caught} of {all_.combinations} caught with "
                "both"
            )
        if all_.right:
            found.append(
                f"right answers    {all_.accepted} of {all_.right} accepted, "
                f"{seeds['right']} seeds each"
            )
        if all_.mutants:
            found += self._mutant_lines()
        if all_.checks:
            found.append(
                f"a check takes    {all_.median_seconds:.3f} s (median of {all_.checks}, one "
                f"thread; {all_.median_cpu_seconds:.3f} s of the processor)"
            )
        if all_.right:
            found.append(
                f"                 {all_.worst_seconds:.2f} s the slowest of a right answer, "
                f"{all_.worst}"
            )
        return found

    def _mutant_lines(self) -> list[str]:
        all_ = self.total
        return [
            f"mutation score   {all_.score:.1%}: {all_.caught} of {all_.mutants} mutants caught, "
            f"{all_.equivalent} survive and are explained, {all_.unexplained} unexplained",
            f"                 {all_.possible} are possible; {self.seeds()['mutants']} seeds each, "
            f"{all_.at_once} caught by the first",
        ]

    def missing(self, files: Iterable[str], exercises: Iterable[str]) -> list[str]:
        """Name what a run of everything would have judged and this one did not."""
        judged = {one.name for one in self._answers}
        mutated = {one.exercise for one in self._mutants}
        return [*sorted(set(files) - judged), *sorted(set(exercises) - mutated)]

    def plain(self, machine: dict[str, Any]) -> dict[str, Any]:
        """Return everything, for report.json."""
        survivors = {one.exercise: one for one in self._mutants}
        missed = [one for one in self._answers if one.missed]
        return {
            "machine": machine,
            "seeds": self.seeds(),
            "total": _with_score(self.total),
            "missed": {one.name: f"{one.missed} of {one.seeds} seeds" for one in missed},
            "exercises": {
                name: {
                    **_with_score(row),
                    "equivalent_mutants": survivors[name].equivalent if name in survivors else [],
                    "unexplained_mutants": survivors[name].unexplained if name in survivors else [],
                }
                for name, row in self.rows.items()
            },
            "again": {},
        }


def _with_score(row: Row) -> dict[str, Any]:
    return {**asdict(row), "score": round(row.score, 4)}


def page(report: dict[str, Any]) -> str:
    """Return report.json as a page to read."""
    machine, seeds, total = report["machine"], report["seeds"], report["total"]
    head = [
        "# The grader, graded",
        "",
        f"`course test --long`, {machine['date']}: {machine['cores']} cores of "
        f"{machine['processor']} (load {machine['load']}), Python {machine['python']}, "
        f"torch {machine['torch']}. Made from `report.json`; do not edit.",
        "",
        f"- {len(report['exercises'])} exercises",
        f"- wrong answers with the intended finding: {total['wrong_caught']} of {total['wrong']}, "
        f"{seeds['wrong']} seeds each",
        f"- answers with two mistakes, both named: {total['combinations_caught']} of "
        f"{total['combinations']}, {seeds['wrong']} seeds each",
        f"- right answers accepted: {total['accepted']} of {total['right']}, "
        f"{seeds['right']} seeds each",
        f"- mutation score {total['score']:.1%}: of {total['mutants']} mutants {total['caught']} "
        f"are caught ({total['at_once']} by the first of {seeds['mutants']} seeds), "
        f"{total['equivalent']} survive and are explained, {total['unexplained']} unexplained",
        f"- a check takes {total['median_seconds']:.3f} s by the clock, "
        f"{total['median_cpu_seconds']:.3f} s of the processor (medians of {total['checks']}, one "
        f"thread); the slowest of a right answer took {total['worst_seconds']:.2f} s "
        f"({total['worst']})",
        "",
    ]
    table = _table(report["exercises"])
    return "\n".join([*head, *table, *_missed(report), *_again(report), *_survivors(report)])


def _table(rows: dict[str, dict[str, Any]]) -> list[str]:
    lines = [
        "| exercise | wrong | both named | right | mutants | caught | explained | score "
        "| median, s | slowest, s |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in rows.items():
        lines.append(
            f"| {name} | {one['wrong_caught']}/{one['wrong']} "
            f"| {one['combinations_caught']}/{one['combinations']} "
            f"| {one['accepted']}/{one['right']} | {one['mutants']} | {one['caught']} "
            f"| {one['equivalent']} | {one['score']:.1%} | {one['median_seconds']:.3f} "
            f"| {one['worst_seconds']:.2f} |"
        )
    return [*lines, ""]


def _missed(report: dict[str, Any]) -> list[str]:
    if not report["missed"]:
        return []
    lines = [f"- {name}: {often}" for name, often in report["missed"].items()]
    return ["## Judged otherwise than they deserve", "", *lines, ""]


def _again(report: dict[str, Any]) -> list[str]:
    if not report["again"]:
        return []
    rows = {f"{name}, {row['date']}": row for name, row in report["again"].items()}
    return ["## Judged again since, with as many seeds", "", *_table(rows)]


def _survivors(report: dict[str, Any]) -> list[str]:
    lines = []
    for kind, title in (
        ("unexplained_mutants", "## Mutants that nobody notices"),
        ("equivalent_mutants", "## Mutants that survive, and why"),
    ):
        listed = [
            f"- {name}: {_code(one['was'])} → {_code(one['now'])}"
            + (f": {one['why']}" if one["why"] else "")
            for name, row in report["exercises"].items()
            for one in row[kind]
        ]
        if listed:
            lines += [title, "", *listed, ""]
    return lines


def _code(text: str) -> str:
    return f"`{' ⏎ '.join(line.strip() for line in text.splitlines())}`"


def write(report: Report, machine: dict[str, Any], folder: Path = FOLDER) -> list[Path]:
    """Write report.json and REPORT.md; return where."""
    return _save(report.plain(machine), folder)


def amend(
    report: Report, whole: Iterable[str], machine: dict[str, Any], folder: Path = FOLDER
) -> list[Path]:
    """Add to the report on everything what a later run says of these whole exercises.

    What the first run said stays beside it. Nothing is added from a run with other seeds.
    """
    path = folder / "report.json"
    content: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    rows = {name: report.rows[name] for name in whole}
    if content.get("seeds") != report.seeds() or not rows:
        return []
    for name, judged in rows.items():
        content["again"][name] = {"date": machine["date"], **_with_score(judged)}
    return _save(content, folder)


def _save(content: dict[str, Any], folder: Path) -> list[Path]:
    from benchmarks.report import save

    path = save("report", content, folder)
    readable = folder / "REPORT.md"
    readable.write_text(page(content), encoding="utf-8")
    return [path, readable]


def summary(lines: list[dict[str, Any]], long: bool) -> list[str]:
    """Return what a run says at its end; keep in the report what a long one says of exercises."""
    report = Report(lines)
    if not long:
        return report.lines()
    from checked_answers import FUNCTIONS

    from benchmarks.report import machine
    from checks.answers import FILES, exercise_of, label

    if not report.missing(map(label, FILES), FUNCTIONS):
        return [*report.lines(), *(f"wrote {path}" for path in write(report, machine()))]
    files = {name: [label(p) for p in FILES if exercise_of(p).id == name] for name in report.rows}
    whole = [name for name, own in files.items() if own and not report.missing(own, [name])]
    added = amend(report, whole, machine())
    told = f"added {', '.join(whole)} to" if added else "nothing is added to"
    return [*report.lines(), f"{told} {FOLDER / 'report.json'}"]
