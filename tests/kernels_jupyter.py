"""Kernels for tests: started by jupyter_client, asked for what their cells put out."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

SECONDS = 180
IS_WARM = "'helpers.kernels.template' in open('/proc/self/cmdline').read()"
"""True in a forked kernel only: a fork keeps its command line."""


class Cells:
    """What runs cells in a kernel that is there already."""

    def __init__(self, client: BlockingKernelClient, seconds: float = SECONDS) -> None:
        self.client, self.seconds = client, seconds

    def outputs(self, source: str, answers: Iterator[str] | None = None) -> list[dict[str, Any]]:
        """Run a cell; return the contents of its outputs, with their type."""
        found: list[dict[str, Any]] = []

        def keep(message: Mapping[str, Any]) -> None:
            if message["msg_type"] in ("stream", "error", "execute_result", "display_data"):
                found.append({"type": message["msg_type"], **message["content"]})

        def answer(_message: object) -> None:
            assert answers is not None
            self.client.input(next(answers))

        self.client.execute_interactive(
            source,
            output_hook=keep,
            stdin_hook=answer,
            allow_stdin=answers is not None,
            timeout=self.seconds,
        )
        return found

    def text(self, source: str) -> str:
        """Run a cell; return all it printed, or its error."""
        parts = []
        for output in self.outputs(source):
            parts.append(output.get("text") or output.get("evalue") or "")
        return "".join(parts)

    def hang(self, source: str) -> str:
        """Start a cell that does not end; return its message's id once it runs."""
        started = f"print('started', flush=True)\n{source}"
        # Else the kernel refuses what arrives right behind its error, as if it were queued up.
        message = self.client.execute(started, stop_on_error=False)
        while self.client.get_iopub_msg(timeout=SECONDS)["content"].get("text") != "started\n":
            pass
        return str(message)

    def error_of(self, message: str) -> str:
        """Wait for the reply to a cell; return the error's name."""
        while True:
            reply = self.client.get_shell_msg(timeout=SECONDS)
            if reply["parent_header"]["msg_id"] == message:
                return str(reply["content"].get("ename"))

    def value(self, expression: str) -> Any:
        """Return a plain value from the kernel."""
        from ast import literal_eval

        return literal_eval(self.text(f"print(repr({expression}))"))


@contextlib.contextmanager
def provisioned(name: str) -> Iterator[None]:
    """Start this process's kernels by a provisioner for a while."""
    KernelProvisionerFactory.clear_instance()
    KernelProvisionerFactory.instance().default_provisioner_name = name
    try:
        yield
    finally:
        KernelProvisionerFactory.clear_instance()


@contextlib.contextmanager
def kernel(name: str = "course-warm", **options: Any) -> Iterator[tuple[KernelManager, Cells]]:
    """Start a kernel, with its client; end it."""
    with provisioned(name):
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(**options)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield manager, Cells(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def eventually(true: Callable[[], Any]) -> Any:
    """Wait until something is so; return it."""
    end = time.monotonic() + 60
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def without_chance(outputs: Any) -> str:
    """Return outputs as text, without what differs from run to run: addresses, ids, names."""
    text = repr(outputs)
    text = re.sub(r"0x[0-9a-f]{8,}", "0x", text)
    text = re.sub(r"[0-9a-f]{32}", "id", text)
    text = re.sub(r"ipykernel_\d+/\d+", "ipykernel_/", text)
    return re.sub(r"(kernel-|/tmp/tmp)[\w-]+", r"\1", text)
