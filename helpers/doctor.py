"""`course doctor`: can this machine run the course? One line a question, with the remedy."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from helpers.browser import REMEDY, find_browser
from helpers.errors import CourseError
from helpers.places import has_warm_kernels

State = Literal["ok", "warn", "fail"]

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
"""As in pyproject.toml, which is not at hand where the package is installed."""

NEEDED_MB = 500
"""Free space for the pictures and the cached activations, in megabytes."""


@dataclass(frozen=True)
class Finding:
    """One answer: `fail` means that a learner cannot work, `warn` that something is missing."""

    name: str
    state: State
    text: str
    remedy: str = ""

    def line(self) -> str:
        """Return the answer in one line."""
        remedy = f": {self.remedy}" if self.remedy else ""
        return f"{self.state:<4} {self.name:<10} {self.text}{remedy}"


def examine() -> Iterator[Finding]:
    """Yield the answers in the order in which a machine can be broken."""
    questions: dict[str, Callable[[], Finding]] = {
        "python": python,
        "torch": torch_pair,
        "weights": weights,
        "widgets": widgets,
        "cache": cache,
        "jupyterlab": jupyterlab,
        "kernels": kernels,
        "nbgrader": nbgrader,
        "browser": browser,
        "sandbox": sandbox,
    }
    for name, question in questions.items():
        try:
            yield question()
        except Exception as error:  # a broken installation may raise anything
            first = str(error).strip().split("\n")[0]
            yield Finding(name, "fail", f"{type(error).__name__}: {first}", "run `uv sync` again")


def python() -> Finding:
    """Python's version and the environment it runs in."""
    text = f"{sys.version.split()[0]} in {sys.prefix}"
    if OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        return Finding("python", "ok", text)
    low, high = (".".join(map(str, version)) for version in (OLDEST_PYTHON, NEWEST_PYTHON))
    return Finding("python", "fail", text, f"use Python {low} to {high} (`uv sync` brings one)")


def torch_pair() -> Finding:
    """torch and torchvision, which must come from the same place."""
    try:
        pair = f"torch {version('torch')}, torchvision {version('torchvision')}"
    except PackageNotFoundError as error:
        return Finding("torch", "fail", f"{error.name} is not installed", "run `uv sync`")
    try:
        torch = importlib.import_module("torch")
        importlib.import_module("torchvision")
    except Exception as error:
        return Finding("torch", "fail", pair, torch_remedy(str(error)))
    device = "GPU" if torch.cuda.is_available() else "CPU"
    return Finding(
        "torch", "ok", f"{pair}, runs on the {device}, {torch.get_num_threads()} threads"
    )


def torch_remedy(message: str) -> str:
    """Return what to do about an import of torch and torchvision that failed with `message`."""
    if "torchvision::nms" in message:
        return (
            "these two are different builds (CPU and CUDA): install both from one place, "
            "with `uv sync --reinstall-package torch --reinstall-package torchvision`, or both "
            "with conda, or both with pip from download.pytorch.org/whl/cpu"
        )
    first = message.strip().split("\n")[0]
    return f"{first}; run `uv sync --reinstall-package torch --reinstall-package torchvision`"


def weights() -> Finding:
    """The backbone's ImageNet weights: there, and unharmed."""
    models = importlib.import_module("helpers.models")
    try:
        model = models.backbone("lite0")
    except CourseError as error:
        return Finding("weights", "fail", str(error))
    count = sum(parameter.numel() for parameter in model.parameters())
    return Finding("weights", "ok", f"lite0, {count / 1e6:.1f} million parameters, checksum right")


def widgets() -> Finding:
    """ipywidgets, and its half that lives in JupyterLab."""
    if importlib.util.find_spec("ipywidgets") is None:
        return Finding("widgets", "fail", "ipywidgets is not installed", "run `uv sync`")
    text = f"ipywidgets {version('ipywidgets')}"
    folder = Path("labextensions/@jupyter-widgets/jupyterlab-manager")
    from jupyter_core.paths import jupyter_path

    if any((Path(path) / folder).is_dir() for path in jupyter_path()):
        return Finding("widgets", "ok", text)
    return Finding(
        "widgets",
        "warn",
        f"{text}, but not its JupyterLab extension",
        "install jupyterlab_widgets where JupyterLab is installed",
    )


def cache() -> Finding:
    """The folder for pictures and cached activations."""
    from helpers.storage import cache_folder

    try:
        folder = cache_folder()
    except CourseError as error:
        return Finding("cache", "fail", str(error))
    free = shutil.disk_usage(folder).free / 1e6
    text = f"{folder}, {free / 1000:.1f} GB free"
    if free < NEEDED_MB:
        remedy = f"free {NEEDED_MB} MB, or set COURSE_CACHE to a folder on another disk"
        return Finding("cache", "warn", text, remedy)
    return Finding("cache", "ok", text)


def jupyterlab() -> Finding:
    """JupyterLab, or at least something that opens a notebook."""
    try:
        return Finding("jupyterlab", "ok", version("jupyterlab"))
    except PackageNotFoundError:
        remedy = "run `uv sync`, or open course/ with any other Jupyter"
        return Finding("jupyterlab", "warn", "not installed", remedy)


def kernels() -> Finding:
    """How kernels start: forked from a template that has torch imported, or as everywhere."""
    from helpers.kernels.launcher import obstacle
    from helpers.kernels.provisioner import kernel_template

    if reason := obstacle():
        return Finding("kernels", "ok", f"started as usual: {reason}")
    if not has_warm_kernels():
        text = "started as usual: Jupyter does not know the provisioner"
        return Finding("kernels", "warn", text, "run `uv sync` (or `pip install -e .`) again")
    template = kernel_template(os.environ)
    ran = template.pid is not None
    try:
        template.connect().close()
        start = time.perf_counter()
        template.connect().close()
        seconds = time.perf_counter() - start
    except CourseError as error:
        return Finding("kernels", "warn", f"started as usual: {error}")
    finally:
        if not ran:
            template.stop()
    return Finding("kernels", "ok", f"forked from a warm template, in {1000 * seconds:.0f} ms")


def nbgrader() -> Finding:
    """nbgrader and the program it starts by name. Learners can do without."""
    try:
        text = version("nbgrader")
    except PackageNotFoundError:
        return Finding("nbgrader", "warn", "not installed, Validate is missing", "run `uv sync`")
    if shutil.which("alembic"):
        return Finding("nbgrader", "ok", text)
    text = f"{text}, but `alembic`, which it starts, is not on PATH"
    scripts = sysconfig.get_path("scripts")
    remedy = f"activate the environment, or use `uv run`, or put {scripts} on PATH"
    return Finding("nbgrader", "warn", text, remedy)


def browser() -> Finding:
    """The browser of the browser tests. Learners use their own."""
    found = find_browser()
    if found:
        return Finding("browser", "ok", str(found))
    return Finding("browser", "warn", "none for the browser tests", REMEDY)


def sandbox() -> Finding:
    """bubblewrap, which keeps a submission away from the grader's machine."""
    program = shutil.which("bwrap")
    if program is None:
        remedy = "graders on Linux: install bubblewrap (Debian: apt-get install bubblewrap)"
        return Finding("sandbox", "warn", "bwrap is not installed", remedy)
    command = [program, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "true"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        if done.returncode == 0:
            return Finding("sandbox", "ok", program)
        reason = done.stderr.strip().split("\n")[0]
    except (OSError, subprocess.TimeoutExpired) as error:  # a learner can work without it
        reason = type(error).__name__
    remedy = "allow unprivileged user namespaces on the grading machine"
    return Finding("sandbox", "warn", f"{program} does not start ({reason})", remedy)
