"""`course-warm`: Jupyter kernels that are forked from a template.

A kernel provisioner (entry point group `jupyter_client.kernel_provisioners`), so that JupyterLab,
nbgrader, nbclient and nbconvert start kernels by it without knowing. Chosen by
JUPYTER_DEFAULT_PROVISIONER_NAME=course-warm, by the option
`KernelProvisionerFactory.default_provisioner_name`, or by a kernelspec's metadata. What cannot be
forked is started as usual: another language, another Python, another system.
"""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from helpers.errors import CourseError
from helpers.kernels import launcher
from helpers.kernels.forked import ForkedKernel
from helpers.kernels.launcher import Template
from helpers.places import PROVISIONER_VARIABLE

CHILD = "helpers.kernels.kernel:serve"

KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",  # a third of a kernel's own start
    "IPython.core.completer",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "faulthandler",
    "multiprocessing.shared_memory",
    "psutil",
    "sqlite3",
    "threadpoolctl",
    "tornado.platform.asyncio",
)
"""What a kernel imports when it starts. Not matplotlib_inline: imported before there is a shell, it
loses every figure."""

LIBRARIES = (
    "helpers.kernels.bars",
    "torch",
    "torchvision",
    "timm",
    "matplotlib.pyplot",
    "ipywidgets",
    "helpers.checks",
    "helpers.data",
    "helpers.explore",
    "helpers.models",
    "helpers.plots",
    "helpers.training",
)
"""What lessons import. An edit in `helpers` gives a new template, so that it cannot be stale."""

READ_AT_IMPORT = (
    "CUDA_", "GOMP_", "HF_", "HOME", "HUGGINGFACE_", "KMP_", "LANG", "LC_", "LD_", "MATPLOTLIB",
    "MKL_", "MPL", "NUMPY_", "NVIDIA_", "OMP_", "OPENBLAS_", "PYDEVD", "PYTHON", "PYTORCH", "TIMM_",
    "TMPDIR", "TORCH", "TZ", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip
"""Beginnings of the variables that libraries read once: another value, another template."""

INLINE = "module://matplotlib_inline.backend_inline"
START_SECONDS = 60.0
LAUNCHERS = ("ipykernel_launcher", "ipykernel")


def kernel_template(environment: Mapping[str, str]) -> Template:
    """Return the template of kernels with such variables."""
    chosen = {n: value for n, value in environment.items() if n.startswith(READ_AT_IMPORT)}
    chosen.setdefault("MPLBACKEND", INLINE)  # as ipykernel does
    # One thread, so that no pool exists when it forks; a kernel sets its own number.
    chosen |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # Threads that wait must not spin: on a busy machine that costs more than they bring.
    chosen.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Whoever asks during an import whether there is a GPU must not open it.
    chosen["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    chosen["PATH"] = os.defpath
    return Template(CHILD, [*KERNEL, *LIBRARIES], environment=chosen)


class WarmProvisioner(LocalProvisioner):
    """Starts kernels by fork where it can, else as usual."""

    process: Any = None
    _said: ClassVar[set[str]] = set()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel; return when it listens (forked), or at once (started as usual)."""
        environment = kwargs["env"] = dict(kwargs.get("env") or os.environ)
        # For this server. Other programs, of other environments even, must not inherit it.
        environment.pop(PROVISIONER_VARIABLE, None)
        if is_ours(cmd, environment) and not kwargs.get("independent"):
            try:
                warm = functools.partial(_start, cmd, kwargs, environment)
                self.process = await asyncio.get_running_loop().run_in_executor(None, warm)
                self.pid, self.pgid = self.process.pid, None
                self.cwd = kwargs.get("cwd") or os.getcwd()
                return self.connection_info
            except (CourseError, OSError, EOFError, ValueError) as error:
                self._say(str(error))
        return await super().launch_kernel(cmd, **kwargs)

    async def wait(self) -> int | None:
        """Wait for the end of the kernel."""
        if isinstance(self.process, ForkedKernel):
            while self.process.poll() is None:
                await asyncio.sleep(0.01)
        return await super().wait()

    def _say(self, reason: str) -> None:
        """Say once why kernels start slowly."""
        if reason not in self._said:
            self._said.add(reason)
            self.log.warning("Kernels start without the warm template: %s", reason)


def is_ours(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Tell whether a command starts an IPython kernel with this very Python."""
    if len(command) < 3 or command[1] != "-m" or command[2] not in LAUNCHERS:
        return False
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        return False
    # Not by what it links to: environments share an interpreter, and differ in its neighbours.
    ours, theirs = (os.path.split(os.path.abspath(path)) for path in (sys.executable, program))
    return os.path.realpath(ours[0]) == os.path.realpath(theirs[0]) and os.path.samefile(
        sys.executable, program
    )


def _start(
    command: Sequence[str], options: Mapping[str, Any], environment: Mapping[str, str]
) -> ForkedKernel:
    """Fork a kernel; return when it listens.

    Raises:
        CourseError: that is not possible here or now.
        OSError, EOFError, ValueError: the template broke off.
    """
    if reason := launcher.obstacle():
        raise CourseError(reason)
    from helpers.kernels import surroundings  # knows only systems with fork

    request = {
        "command": list(command),
        "module": command[2],
        "arguments": [os.path.expanduser(argument) for argument in command[3:]],
        "surroundings": surroundings.describe(environment, options.get("cwd") or os.getcwd()),
    }
    with open(os.devnull, "r+b") as nothing:
        files = [
            _standard(options.get(name), default, nothing.fileno())
            for name, default in (("stdout", 1), ("stderr", 2))
        ]
        conn = kernel_template(environment).connect(START_SECONDS)
        return ForkedKernel.start(conn, request, files, START_SECONDS)


def _standard(wanted: Any, default: int, nothing: int) -> int:
    """Return the descriptor for what `Popen` accepts as a standard stream.

    Raises:
        CourseError: a pipe to be made.
    """
    if wanted == subprocess.DEVNULL:
        return nothing
    if wanted is None:
        try:
            os.fstat(default)
            return default
        except OSError:  # closed, as it may be in a daemon
            return nothing
    fd = wanted if isinstance(wanted, int) else wanted.fileno()
    if fd < 0:
        raise CourseError("a kernel's output is wanted through a pipe")
    return int(fd)
