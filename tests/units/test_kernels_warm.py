"""A forked kernel is a kernel like any other, only sooner."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from jupyter_client.blocking import BlockingKernelClient
from kernels_jupyter import IS_WARM, SECONDS, Cells, eventually, kernel, without_chance
from support import Server, serve

from helpers.kernels import launcher, processes, provisioner
from helpers.places import PROVISIONER_VARIABLE, WARM_KERNELS

pytestmark = pytest.mark.skipif(bool(launcher.obstacle()), reason=launcher.obstacle())


@pytest.fixture(scope="module", autouse=True)
def runtime() -> Iterator[Path]:
    """Templates of this file live in a folder of their own, and end with it."""
    folder = Path(tempfile.mkdtemp(prefix="tk-", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        yield folder
    end_templates(folder)
    shutil.rmtree(folder, ignore_errors=True)


def end_templates(folder: Path) -> None:
    """End all templates whose sockets are below a folder."""
    for file in folder.glob("*/*/pid"):
        if pid := launcher._running(file.parent):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def shared() -> Iterator[Cells]:
    """One warm kernel, for questions that leave no trace."""
    with kernel() as (_, cells):
        assert cells.value(IS_WARM)
        yield cells


def test_torch_is_there_and_cuda_untouched(shared: Cells) -> None:
    assert shared.value("{'torch', 'torchvision', 'timm'} <= set(__import__('sys').modules)")
    assert shared.value("__import__('torch').cuda.is_initialized()") is False
    assert shared.value("__import__('torch').cuda._is_in_bad_fork()") is False


def test_two_kernels_draw_different_numbers() -> None:
    drawn = "[random.random(), float(numpy.random.rand()), float(torch.rand(()))]"
    values = []
    for _ in range(2):
        with kernel() as (_, cells):
            cells.text("import random, numpy, torch")
            values.append(cells.value(drawn))
    assert all(one != other for one, other in zip(*values, strict=True))


def test_surroundings_are_those_of_whoever_asked(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        variables = {**chosen(dict(os.environ)), "COURSE_TEST": "7"}
        with kernel(cwd=str(tmp_path), env=variables) as (manager, cells):
            cells.text("import os, sys, tempfile")
            assert cells.value(IS_WARM)
            assert cells.value("os.getcwd()") == str(tmp_path)
            assert cells.value("os.environ['COURSE_TEST']") == "7"
            assert cells.value(f"os.environ.get('{PROVISIONER_VARIABLE}')") is None
            assert cells.value("os.umask(0o027)") == 0o027
            program, *options = cells.value("sys.argv")
            assert Path(program).name == "ipykernel_launcher.py"
            assert options == ["-f", manager.connection_file]
            assert cells.value("tempfile.gettempdir()") == tempfile.gettempdir()
            assert cells.value("sys.path[sys.path.index('') + 1:][0]") in sys.path
    finally:
        os.umask(before)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_it_computes_with_as_many_threads_as_it_is_told(threads: str) -> None:
    """Threads that had worked before the fork would make this hang."""
    with kernel(env={**os.environ, "OMP_NUM_THREADS": threads}) as (_, cells):
        cells.text("import torch, numpy, os; a = torch.randn(500, 500)")
        assert cells.value("torch.get_num_threads()") == int(threads)
        parallel = (
            "net = torch.nn.Conv2d(3, 16, 3); net(torch.randn(8, 3, 64, 64)).sum().backward()\n"
            "print(float(((a @ a) - torch.from_numpy(a.numpy() @ a.numpy())).abs().max()) < 1e-2)\n"
        )
        assert cells.text(parallel) == "True\n"
        if threads == "2":
            assert cells.value("len(os.listdir('/proc/self/task'))") > 1
        workers = (
            "from torch.utils.data import DataLoader\n"
            "print(sum(int(b.sum()) for b in DataLoader(range(8), num_workers=2)))"
        )
        assert cells.text(workers) == "28\n"


def test_by_default_it_has_as_many_threads_as_torch_would_choose() -> None:
    variables = {name: value for name, value in os.environ.items() if "_NUM_THREADS" not in name}
    program = "import torch; print(torch.get_num_threads())"
    done = subprocess.run(
        [sys.executable, "-c", program], env=variables, capture_output=True, text=True
    )
    with kernel(env=variables) as (_, cells):
        assert cells.value("__import__('torch').get_num_threads()") == int(done.stdout)


NOTEBOOK = [
    "import os, subprocess, sys, warnings\nprint('out'); print('err', file=sys.stderr)",
    "os.write(1, b'raw\\n'); subprocess.run(['echo', 'sub']); None",
    "!echo shell; echo error >&2",
    "%%capture kept\nprint('hidden')",
    "kept.stdout, sys.argv[0], sys.flags, sys.path, __name__",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2, 4]); plt.title('one'); plt.show()",
    "figure, axes = plt.subplots(); axes.imshow([[1, 2], [3, 4]]); figure",
    "import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider",
    "from tqdm.auto import tqdm\ntqdm.__mro__, [n for n in tqdm(range(2))]",
    "warnings.warn('careful')",
    "import torch\ntorch.manual_seed(0)\nprint(torch.rand(2)); torch.randn(3) @ torch.ones(3)",
    "import multiprocessing, threading, tempfile, signal, logging\n"
    "(threading.current_thread().name, multiprocessing.current_process().name,\n"
    " tempfile.gettempdir(), signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD),\n"
    " signal.getsignal(signal.SIGTERM), logging.getLogger().handlers)",
    "def wrong(x):\n    return x / 0\nwrong(1)",
    "%timeit -n1 -r1 -q pass\nlen(In), Out.keys()",
    "import gc, matplotlib\n(gc.isenabled(), gc.get_threshold(), matplotlib.get_backend())",
    "sorted(get_ipython().kernel.comm_manager.targets)",
    "torch.cuda.is_initialized(), torch.get_num_threads(), sys.getrecursionlimit()",
    "await __import__('asyncio').sleep(0, 'awaited')",
]


def test_its_outputs_are_those_of_an_ordinary_kernel(tmp_path: Path) -> None:
    found = {}
    for name in ("local-provisioner", WARM_KERNELS):
        with kernel(name, cwd=str(tmp_path)) as (_, cells):
            assert cells.value(IS_WARM) is (name == WARM_KERNELS)
            found[name] = [without_chance(cells.outputs(source)) for source in NOTEBOOK]
    for source, *both in zip(NOTEBOOK, *found.values(), strict=True):
        assert both[0] == both[1], source
    assert "image/png" in found[WARM_KERNELS][5]
    assert "widget-view" in found[WARM_KERNELS][7]


def test_it_asks_for_input(shared: Cells) -> None:
    outputs = shared.outputs("print(input('name? ') + '!')", answers=iter(["Ada"]))
    assert [output["text"] for output in outputs] == ["Ada!\n"]


@pytest.mark.parametrize("cell", ["while True: pass", "import time; time.sleep(1000)"])
def test_it_can_be_interrupted(cell: str) -> None:
    with kernel() as (manager, cells):
        message = cells.hang(cell)
        manager.interrupt_kernel()
        assert cells.error_of(message) == "KeyboardInterrupt"
        assert cells.value("1 + 1") == 2


def test_it_can_be_restarted() -> None:
    with kernel() as (manager, cells):
        before = cells.value("__import__('os').getpid()")
        cells.text("kept = 1")
        for now in (True, False):
            manager.restart_kernel(now=now)
            cells.client.wait_for_ready(timeout=SECONDS)
            assert cells.value("'kept' in dir()") is False
            assert cells.value(IS_WARM)
        assert cells.value("__import__('os').getpid()") != before
        eventually(lambda: not processes.born(before))


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("import os; os._exit(7)", 7),
        ("import os; os.kill(os.getpid(), 11)", -11),
        ("import os; os.kill(os.getppid(), 9)", -9),
    ],
)
def test_its_end_is_reported_and_nothing_of_it_stays(end: str, status: int) -> None:
    with kernel() as (manager, cells):
        pids = cells.value("[__import__('os').getpid(), __import__('os').getppid()]")
        cells.client.execute(end)
        eventually(lambda: not manager.is_alive())
        assert manager.provisioner is not None
        assert manager.provisioner.process.returncode == status
        eventually(lambda: not any(map(processes.born, pids)))


DAEMONS = """
import os, signal, subprocess, sys
plain = subprocess.Popen(["sleep", "1000"])
session = subprocess.Popen(["sleep", "1000"], start_new_session=True)
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if (pid := os.fork()) == 0:
        os.execvp("sleep", ["sleep", "1000"])
    os.write(writing, str(pid).encode())
    os._exit(0)
print([os.getpid(), os.getppid(), plain.pid, session.pid, int(os.read(reading, 20))])
"""


def test_its_daemons_end_with_it() -> None:
    with kernel() as (_, cells):
        pids = json.loads(cells.text(DAEMONS))
        assert all(map(processes.born, pids))
    eventually(lambda: not any(map(processes.born, pids)))


def test_it_ends_when_its_client_is_killed() -> None:
    program = (
        "import sys, time; sys.path[:0] = sys.argv[1:]\n"
        "from kernels_jupyter import kernel\nfrom test_kernels_warm import DAEMONS\n"
        "with kernel() as (_, cells):\n"
        "    print(cells.text(DAEMONS), flush=True)\n"
        "    time.sleep(1000)\n"
    )
    here = Path(__file__).parent
    client = subprocess.Popen(
        [sys.executable, "-c", program, str(here), str(here.parent)], stdout=subprocess.PIPE
    )
    assert client.stdout is not None
    pids = json.loads(client.stdout.readline())
    assert len(pids) == 5
    client.kill()
    client.wait()
    client.stdout.close()
    eventually(lambda: not any(map(processes.born, pids)))


def test_it_outlives_the_template_and_the_next_has_another() -> None:
    template = provisioner.kernel_template(os.environ)
    with kernel() as (_, cells):
        assert template.pid is not None
        os.kill(template.pid, signal.SIGKILL)
        eventually(lambda: template.pid is None)
        assert cells.value("1 + 1") == 2
        with kernel() as (_, later):
            assert later.value(IS_WARM)


def test_it_starts_as_usual_where_there_can_be_no_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / f"past-the-wall-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)  # anybody could listen there
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            with kernel() as (_, cells):
                assert cells.value(IS_WARM) is False
                assert cells.outputs("pass") == []
    said = [record.getMessage() for record in caplog.records if "template" in record.getMessage()]
    assert len(said) == 1
    assert "not private" in said[0]


def test_it_starts_as_usual_where_forking_is_not_safe(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "darwin" in launcher.obstacle()
    with caplog.at_level(logging.WARNING), kernel() as (_, cells):
        monkeypatch.undo()
        assert cells.value(IS_WARM) is False
    assert "not safe on darwin" in caplog.text


def test_it_can_be_imported_where_there_is_no_fork() -> None:
    program = (
        "import os, sys, signal, select, socket\n"
        "for name in ('resource', 'fcntl', 'pwd', 'termios'): sys.modules[name] = None\n"
        "del os.fork, signal.SIGKILL, select.poll, socket.SCM_RIGHTS, os.getuid\n"
        "import helpers.kernels.provisioner, helpers.kernels.forked, helpers.places\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "x"], True),
        ([sys.executable, "-m", "ipykernel", "-f", "x"], True),
        ([sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher"], False),
        ([sys.executable, "-m", "bash_kernel", "-f", "x"], False),
        ([os.path.realpath(sys.executable), "-m", "ipykernel_launcher", "-f", "x"], False),
        (["/no/such/python", "-m", "ipykernel_launcher", "-f", "x"], False),
        (["R", "--slave"], False),
    ],
)
def test_only_this_pythons_kernels_are_forked(command: list[str], ours: bool) -> None:
    if not ours and command[0] == sys.executable == os.path.realpath(sys.executable):
        pytest.skip("this Python is in no environment")
    assert provisioner.is_ours(command, os.environ) is ours


def chosen(environment: dict[str, str]) -> dict[str, str]:
    """Add the choice of warm kernels."""
    return {**environment, PROVISIONER_VARIABLE: WARM_KERNELS}


def write_notebook(path: Path, sources: list[str]) -> None:
    """Write a notebook of code cells."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [new_code_cell(source) for source in sources]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)


def test_nbconvert_executes_with_it(tmp_path: Path, private_jupyter: dict[str, str]) -> None:
    write_notebook(tmp_path / "a.ipynb", [f"print({IS_WARM})", "import torch; torch.ones(2).sum()"])
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"]
    command += ["--output", "b.ipynb", str(tmp_path / "a.ipynb")]
    environment = chosen({**private_jupyter, "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"]})
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    cells = json.loads((tmp_path / "b.ipynb").read_text())["cells"]
    assert "".join(cells[0]["outputs"][0]["text"]) == "True\n"
    assert [output["output_type"] for output in cells[1]["outputs"]] == ["execute_result"]


def test_nbclient_goes_on_after_a_cell_that_took_too_long(tmp_path: Path) -> None:
    import nbformat
    from kernels_jupyter import provisioned
    from nbclient import NotebookClient

    sources = ["import time; time.sleep(1000)", f"print({IS_WARM})"]
    write_notebook(tmp_path / "a.ipynb", sources)
    notebook = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    with provisioned(WARM_KERNELS):
        NotebookClient(notebook, timeout=1, interrupt_on_timeout=True, allow_errors=True).execute()
    assert notebook.cells[0].outputs[0].ename == "KeyboardInterrupt"
    assert notebook.cells[1].outputs[0].text == "True\n"


GRADED = {"nbgrader": {"grade": True, "solution": False, "locked": True, "points": 2,
                       "grade_id": "t", "schema_version": 3, "cell_type": "code"}}  # fmt: skip


def test_nbgrader_grades_with_it(tmp_path: Path, private_jupyter: dict[str, str]) -> None:
    import nbformat
    from nbgrader.api import Gradebook

    for stage in ("source", "submitted/ada"):
        path = tmp_path / stage / "ps1" / "p1.ipynb"
        write_notebook(path, ["import torch", f"assert {IS_WARM}"])
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[1].metadata.update(GRADED)
        for number, cell in enumerate(notebook.cells):
            cell["id"] = f"cell-{number}"
        nbformat.write(notebook, path)
    environment = chosen({**private_jupyter, "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"]})
    for command in (["generate_assignment", "ps1"], ["autograde", "ps1"]):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission("ps1", "ada").score == 2


@pytest.fixture
def lab(tmp_path: Path, private_jupyter: dict[str, str]) -> Iterator[Server]:
    """Start the server that `course lab` starts, with its options, without a browser."""
    from helpers.lab import lab_arguments, lab_environment

    environment = {
        **lab_environment(private_jupyter),
        "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"],
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    options = [*lab_arguments(tmp_path, "a.ipynb"), "--ServerApp.port=0", "--no-browser"]
    command = [sys.executable, "-m", "jupyter_server", *options]
    (tmp_path / "runtime").mkdir()
    yield from serve(command, tmp_path, environment, tmp_path / "log.txt")


def ask(server: Server, method: str, path: str, body: object = None) -> Any:
    """Call the server; return what it answers."""
    request = Request(
        f"{server.url}api/{path}",
        method=method,
        headers=server.authorization,
        data=None if body is None else json.dumps(body).encode(),
    )
    with urlopen(request, timeout=SECONDS) as answer:
        text = answer.read()
    return json.loads(text) if text else None


@contextlib.contextmanager
def connected(identity: str, runtime: Path) -> Iterator[Cells]:
    """Talk to a server's kernel, as soon as there is one again."""

    def client() -> BlockingKernelClient | None:
        found = BlockingKernelClient(connection_file=str(runtime / f"kernel-{identity}.json"))
        found.load_connection_file()
        found.start_channels()
        try:
            found.wait_for_ready(timeout=10)
            return found
        except RuntimeError:  # it is dead: revived soon, and then perhaps at other ports
            found.stop_channels()
            return None

    found = eventually(client)
    try:
        yield Cells(found)
    finally:
        found.stop_channels()


def test_course_labs_server_starts_interrupts_restarts_and_revives_it(
    lab: Server, tmp_path: Path
) -> None:
    write_notebook(tmp_path / "a.ipynb", [])
    session = {
        "path": "a.ipynb",
        "name": "a",
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    kernel_id = ask(lab, "POST", "sessions", session)["kernel"]["id"]
    with connected(kernel_id, tmp_path / "runtime") as cells:
        assert cells.value(IS_WARM)
        assert cells.value("'torch' in __import__('sys').modules")
        # A terminal's Jupyter may be another environment's, which does not know the name.
        assert cells.value(f"__import__('os').environ.get('{PROVISIONER_VARIABLE}')") is None
        first = cells.value("__import__('os').getpid()")
        message = cells.hang("while True: pass")
        ask(lab, "POST", f"kernels/{kernel_id}/interrupt", {})
        assert cells.error_of(message) == "KeyboardInterrupt"
        assert cells.value("1 + 1") == 2
    ask(lab, "POST", f"kernels/{kernel_id}/restart", {})
    with connected(kernel_id, tmp_path / "runtime") as cells:
        second = cells.value("__import__('os').getpid()")
        assert second != first
        assert cells.value(IS_WARM)
        cells.client.execute("import os; os._exit(1)")
    eventually(lambda: not processes.born(second))
    with connected(kernel_id, tmp_path / "runtime") as cells:  # the server has noticed by itself
        third = cells.value("__import__('os').getpid()")
        assert third != second
        assert cells.value(IS_WARM)
    ask(lab, "DELETE", f"kernels/{kernel_id}")
    eventually(lambda: not processes.born(third))


def test_a_class_and_course_lab_choose_it_unless_something_else_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from helpers.authoring.settings import grading_environment
    from helpers.lab import lab_arguments

    option = f"--KernelProvisionerFactory.default_provisioner_name={WARM_KERNELS}"
    monkeypatch.delenv(PROVISIONER_VARIABLE, raising=False)
    assert option in lab_arguments(tmp_path, "a.ipynb")
    monkeypatch.setenv(PROVISIONER_VARIABLE, "local-provisioner")
    assert option not in lab_arguments(tmp_path, "a.ipynb")
    unset: dict[str, str] = {}
    other = {PROVISIONER_VARIABLE: "local-provisioner"}
    for variables in (unset, other):
        grading_environment(variables)
    assert unset[PROVISIONER_VARIABLE] == WARM_KERNELS
    assert other[PROVISIONER_VARIABLE] == "local-provisioner"


def test_the_doctor_starts_a_template_and_ends_it() -> None:
    from helpers.doctor import kernels

    template = provisioner.kernel_template(os.environ)
    template.stop()
    found = kernels()
    assert (found.state, found.text.startswith("forked from a warm template")) == ("ok", True)
    assert template.pid is None
