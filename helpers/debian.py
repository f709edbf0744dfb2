"""Debian's packages: installed by root, or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def can_install() -> bool:
    """Tell whether packages can be installed from here."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    return "ID=debian" in text.split("\n")


def install(*packages: str) -> str | None:
    """Install packages by name; return what went wrong in one line, or None."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", "-o", "Acquire::Retries=3", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode:
            last = done.stdout.strip().split("\n")[-1]
            return f"apt-get {command[0]} failed: {last}"
    return None
