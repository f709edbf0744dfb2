"""A kernel in which torch and torchvision are usable: an ordinary one against a forked one.

    python -m benchmarks.kernels

Both through jupyter_client, alternated, medians: from asking for the kernel to the reply to its
first cell, `import torch, torchvision` and a sum. Processor time is that of the client and of all
that was started for this kernel; what the template costs, once for all kernels, is shown beside
it. Memory is read from /proc: private, and PSS, where a page that n processes share counts 1/n.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import statistics
import time
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from benchmarks import report
from helpers.errors import CourseError
from helpers.kernels import launcher, processes
from helpers.kernels.launcher import Template
from helpers.kernels.provisioner import kernel_template
from helpers.places import WARM_KERNELS

ORDINARY = "local-provisioner"
GOAL = 10.0
SECONDS = 300.0
FIRST_CELL = "import torch, torchvision\nassert float(torch.ones(3).sum()) == 3"
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Kernel:
    """A kernel with its client, and what it took to get there."""

    def __init__(self, provisioner: str) -> None:
        KernelProvisionerFactory.instance().default_provisioner_name = provisioner
        start, before = time.perf_counter(), _own_seconds()
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)
        self.ready = time.perf_counter() - start
        self.run(FIRST_CELL)
        self.usable = time.perf_counter() - start
        assert self.manager.provisioner is not None
        self.pid = int(self.manager.provisioner.pid or 0)  # type: ignore[attr-defined]
        self.cpu = _own_seconds() - before + sum(map(_seconds_of, self.pids()))

    def run(self, source: str) -> None:
        """Run a cell.

        Raises:
            CourseError: it failed.
        """
        reply = self.client.execute_interactive(source, timeout=SECONDS)
        if reply["content"]["status"] != "ok":
            raise CourseError(f"a cell failed: {reply['content']['evalue']}")

    def pids(self) -> list[int]:
        """The kernel's processes: the one that watches over a forked one is its parent."""
        parent = int(processes.fields(self.pid)[1])
        watcher = [parent] if parent != os.getpid() else []
        return [*watcher, self.pid, *processes.descendants(self.pid)]

    def close(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _seconds_of(pid: int) -> float:
    """Processor time of a running process, in seconds."""
    user, system = processes.fields(pid)[11:13]
    return (int(user) + int(system)) / TICKS


def memory(pid: int) -> dict[str, float]:
    """PSS and private memory of a process, in megabytes."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+) kB", text, re.M)}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {"pss": kilobytes["Pss"] / 1024, "private": private / 1024}


def startup(template: Template, repeats: int) -> dict[str, Any]:
    """Start kernels of both kinds in turn; return the medians, and each measurement."""
    found: dict[str, list[dict[str, float]]] = {ORDINARY: [], WARM_KERNELS: []}
    for number in range(repeats):
        for name, rows in found.items():
            kernel = Kernel(name)
            rows.append({"ready": kernel.ready, "usable": kernel.usable, "cpu": kernel.cpu})
            kernel.close()
            print(f"{number + 1} {name:<18} {_line(rows[-1])}", flush=True)
    assert template.pid is not None, "the code was edited meanwhile: run this again"
    medians = {
        name: {what: statistics.median(row[what] for row in rows) for what in rows[0]}
        for name, rows in found.items()
    }
    ratios = {
        what: medians[ORDINARY][what] / medians[WARM_KERNELS][what] for what in ("usable", "cpu")
    }
    return {"medians": medians, "ratios": ratios, "all": found}


def _line(row: dict[str, float]) -> str:
    return ", ".join(f"{what} {seconds:.2f} s" for what, seconds in row.items())


def sharing(template: Template, count: int) -> dict[str, Any]:
    """Keep kernels of each kind that are idle after their first cell; return their memory.

    Medians of a kernel with whatever belongs to it; `together` is the sum over all of them, and
    over the template where there is one.
    """
    assert template.pid is not None
    found: dict[str, Any] = {"kernels": count, "template": memory(template.pid)}
    for name in (ORDINARY, WARM_KERNELS):
        kernels = [Kernel(name) for _ in range(count)]
        try:
            rows = [_sum([memory(pid) for pid in kernel.pids()]) for kernel in kernels]
            found[name] = {what: statistics.median(row[what] for row in rows) for what in rows[0]}
            found[name]["together"] = sum(row["pss"] for row in rows)
            if name == WARM_KERNELS:
                found[name]["together"] += memory(template.pid)["pss"]
                found[name]["watcher"] = memory(kernels[0].pids()[0])["private"]
        finally:
            for kernel in kernels:
                kernel.close()
    return found


def _sum(rows: list[dict[str, float]]) -> dict[str, float]:
    return {what: sum(row[what] for row in rows) for what in rows[0]}


def start_template() -> tuple[Template, dict[str, float]]:
    """Start a template anew; return it and what that took."""
    template = kernel_template(os.environ)
    template.start()
    template.stop()
    start = time.perf_counter()
    template.connect(SECONDS).close()
    seconds = time.perf_counter() - start
    assert template.pid is not None
    return template, {"wall": seconds, "cpu": _seconds_of(template.pid)}


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--kernels", type=int, default=4, help="idle ones, for their memory")
    options = parser.parse_args()
    if reason := launcher.obstacle():
        raise SystemExit(f"nothing to measure: {reason}")
    template, start = start_template()
    print(f"template: {start['wall']:.1f} s, {start['cpu']:.1f} s of the processor, once")
    started = startup(template, options.repeats)
    for what, ratio in started["ratios"].items():
        print(f"{what}: {ratio:.1f} times sooner", f"(goal {GOAL:.0f})" if what == "usable" else "")
    shared = sharing(template, options.kernels)
    print(f"megabytes with {options.kernels} idle kernels of each kind; the template before them:")
    for name in ("template", WARM_KERNELS, ORDINARY):
        print(f"{name:<18}", ", ".join(f"{what} {mb:.0f}" for what, mb in shared[name].items()))
    content = {"machine": report.machine(), "template": start, "startup": started, "goal": GOAL}
    print(report.save("kernels", {**content, "memory": shared}))


if __name__ == "__main__":
    main()
