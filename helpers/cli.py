"""`course`: the one command of the course."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from helpers import browser, doctor, equipment
from helpers.errors import CourseError
from helpers.places import put_programs_on_path, repository

PASSES_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Past the wall: learn to fine-tune an image classifier. Start with `course lab`.",
)
classes = typer.Typer(no_args_is_help=True, help="For instructors: one class in nbgrader.")
app.add_typer(classes, name="class")


@app.command(context_settings=PASSES_ON)
def lab(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LESSON] [JUPYTERLAB OPTIONS]", show_default=False),
    ] = None,
) -> None:
    """Open JupyterLab at the start page, or at LESSON (`01`, `augmentation`)."""
    from helpers.lab import open_lab

    open_lab(arguments or [])


@app.command(context_settings=PASSES_ON)
def test(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[PYTEST OPTIONS]", show_default=False)
    ] = None,
    long: Annotated[
        bool,
        typer.Option(
            "--long",
            help="Only the tests of the checks, whole: every right answer with 200 seeds, every "
            "wrong one with 50, every mutant of every solution. Writes tests/checks/REPORT.md. "
            "Over an hour on two cores; with `--share 0.1` a tenth of the seeds.",
        ),
    ] = False,
) -> None:
    """Run the tests: all of them on up to four cores, or what you name on one.

    A browser and a sandbox that are missing are installed where that can be done. Paths are
    relative to the repository; pictures go to test-results/.
    """
    root = repository()
    if find_spec("pytest") is None:
        raise CourseError("pytest is not installed: run `uv sync` (it brings the dev group)")
    if not long:
        equipment.provide(equipment.wanted(in_ci()), in_ci(), typer.echo)
    put_programs_on_path()
    environment = dict(os.environ)
    environment.setdefault("OMP_NUM_THREADS", "1")
    if program := browser.find_browser():
        environment[browser.VARIABLE] = str(program)
    chosen = _long_run(arguments or []) if long else arguments or _side_by_side()
    command = [sys.executable, "-m", "pytest", *chosen]
    raise typer.Exit(subprocess.run(command, cwd=root, env=environment).returncode)


def _long_run(arguments: list[str]) -> list[str]:
    """Options of the tests of the checks, whole; what is given as well narrows them."""
    named = any(one.startswith("tests") for one in arguments)
    return [
        *([] if named else ["tests/checks"]), *_side_by_side(all_cores=True), "--long", *arguments
    ]  # fmt: skip


def _side_by_side(all_cores: bool = False) -> list[str]:
    """Options of pytest-xdist: a process a core; more than four would want more memory than help.

    Tests that share something costly, such as a graded class, stay in one process. Tests of the
    checks alone want little memory.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    count = cores if all_cores else min(cores, 4)
    return ["-n", str(count), "--dist", "loadscope"] if cores > 1 else []


def in_ci() -> bool:
    """Tell whether a machine runs the tests, by the variable they all set."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if course/ is out of date.")
    ] = False,
) -> None:
    """For authors: make course/ from solutions/."""
    from helpers.authoring import build as builder

    root = repository()
    if check:
        lines = builder.check(root).lines()
        for line in lines:
            typer.echo(line)
        if lines:
            typer.echo("run `course build`, and delete what is stray")
            raise typer.Exit(1)
        typer.echo("course/ is up to date")
        return
    for path in builder.build(root):
        typer.echo(f"wrote {path}")


@app.command()
def findings(
    lesson: Annotated[
        str | None, typer.Argument(metavar="[LESSON]", help="Only this one: `02`, `unfreezing`.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: build/findings.html.", show_default=False),
    ] = None,
) -> None:
    """For authors: all findings on one page, as learners see them, by running the wrong answers."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: the answers are tiny
    from helpers.authoring.findings import write_findings

    typer.echo(write_findings(repository(), lesson, output).line())


@app.command()
def lint(
    lessons: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LESSON ...]", help="`02`, `unfreezing`.", show_default=False),
    ] = None,
) -> None:
    """For authors: name all that no longer holds in the lessons, a line each; exit 1 if any."""
    from helpers.authoring.lint import lint as find_problems

    problems = find_problems(repository(), commands_and_options(), lessons or [])
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("nothing to mend")


def commands_and_options() -> dict[str, frozenset[str] | None]:
    """Return the commands of `course` with the options of each; None where it passes on any."""
    group = typer.main.get_command(app)
    found: dict[str, frozenset[str] | None] = {}
    for name, command in getattr(group, "commands", {}).items():
        options = (option for parameter in command.params for option in parameter.opts)
        found[name] = None if command.ignore_unknown_options else frozenset(options)
    return found


@app.command(name="doctor")
def examine() -> None:
    """Say what on this machine is in order and what to do about the rest."""
    failed = False
    for finding in doctor.examine():
        typer.echo(finding.line())
        failed |= finding.state == "fail"
    raise typer.Exit(1 if failed else 0)


@app.command()
def grade(
    submissions: Annotated[
        Path,
        typer.Argument(
            metavar="SUBMISSIONS",
            help="A tree <student>/<lesson>/<lesson>.ipynb, or a folder of zips or notebooks.",
        ),
    ],
    class_folder: Annotated[
        Path, typer.Option("--class", metavar="DIR", help="The class, from `course class init`.")
    ],
    lesson: Annotated[str | None, typer.Option(help="Only this one: `02`, `unfreezing`.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Default: one a core.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of Dask: grade on its workers.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the class's own.")] = None,
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Who is who, where names do not tell.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run what was handed in as you, with all you may.")
    ] = False,
) -> None:
    """For instructors: grade what is new in SUBMISSIONS, into the class's gradebook.

    Exit status: 0 all graded, 3 some could not be (each is named), 2 wrong use, 1 cannot work here,
    130 stopped by Ctrl-C: the same command goes on where it stopped.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: several workers share the cores
    from helpers.grading.classes import WrongUse
    from helpers.grading.engine import Order, grade_class
    from helpers.grading.progress import reporter_for

    order = Order(submissions, class_folder, lesson, workers, scheduler, seed, roster, no_sandbox)
    try:
        summary = grade_class(order, reporter_for(sys.stdout, as_json))
    except WrongUse as error:
        typer.echo(f"course: {error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(130 if summary.stopped else 3 if summary.troubles else 0)


@app.command()
def report(
    class_folder: Annotated[
        Path, typer.Option("--class", metavar="DIR", help="The class, from `course class init`.")
    ],
    lesson: Annotated[str | None, typer.Option(help="Only this one: `02`, `unfreezing`.")] = None,
    anonymous: Annotated[
        bool,
        typer.Option("--anonymous", help="Write only a class report with pseudonyms, to show."),
    ] = False,
) -> None:
    """For instructors: grades.csv, a page for each learner, a page on the class: in DIR/report."""
    from helpers.grading.classes import WrongUse
    from helpers.grading.reports.write import write_reports

    try:
        written = write_reports(class_folder, lesson, anonymous)
    except WrongUse as error:
        typer.echo(f"course: {error}", err=True)
        raise typer.Exit(2) from None
    for path in written.files:
        typer.echo(f"wrote {path}")
    if written.feedback is not None:
        typer.echo(f"wrote {written.feedback}: {written.pages} pages of feedback")
    if written.gone:
        typer.echo(
            f"{written.gone} without a record that can be read: run `course grade` again", err=True
        )


@classes.command(name="init")
def init_class(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty.")],
) -> None:
    """Make an nbgrader course directory: source/, release/, nbgrader_config.py, gradebook.db."""
    from helpers.authoring.classroom import init_class as make
    from helpers.authoring.settings import SECRET

    names = make(folder, repository())
    typer.echo(f"{folder}: {', '.join(names)}")
    typer.echo(f"hand out      {folder / 'release'}")
    typer.echo(f"collect into  {folder / 'submitted'}/<student>/<lesson>/<lesson>.ipynb")
    typer.echo(f"then          cd {folder} && nbgrader autograde {names[0]}")
    if (folder / SECRET).exists():
        typer.echo(f"keep private  {folder / SECRET}: it scores the field pictures")


def main() -> None:
    """Run `course`; a mistake is one line, not a traceback."""
    try:
        app()
    except CourseError as error:
        typer.echo(f"course: {error}", err=True)
        sys.exit(1)
