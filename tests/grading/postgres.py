"""A PostgreSQL server of the tests' own, from the machine's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpers.equipment import find_postgresql


def _programs() -> Path:
    """Return the folder of initdb and pg_ctl; skip where there is none."""
    found = find_postgresql()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    return found.resolve().parent


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server on a socket in a new folder; yield the address of an empty database."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: it holds the socket
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        if not shutil.which("runuser"):
            pytest.skip("PostgreSQL does not run as root, and there is no runuser")
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], cwd=folder, check=True, capture_output=True)

    data, control = str(folder / "data"), str(programs / "pg_ctl")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        run(str(programs / "initdb"), "-D", data, "-U", "grader", "-A", "trust", "-E", "UTF8")
        run(control, "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://grader:hidden@/postgres?host={folder}"
        finally:
            run(control, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
