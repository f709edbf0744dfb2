"""Started by root: show bubblewrap what only root can reach, then run it as nobody.

    python -m helpers.grading.sandbox.staging '["/root/python", ...]' bwrap ...

The interpreter may lie below a folder that only root may enter. In a mount namespace of its own,
this process binds each folder to a place anybody can read, gives up being root for good, and
becomes bubblewrap: host root is never mapped into a room.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.grading.sandbox import namespaces

NOBODY = 65534
PLACE = "/mnt"
"""Covered in the mount namespace of its own; the machine's own folder stays as it is."""


def place(number: int) -> str:
    """Return where the source of this number will be."""
    return f"{PLACE}/{number}"


def command(sources: Sequence[str], inner: Sequence[str]) -> list[str]:
    """Return the command that stages `sources` and runs `inner` as nobody."""
    module = "helpers.grading.sandbox.staging"
    return [sys.executable, "-m", module, json.dumps(list(sources)), *inner]


def main(arguments: Sequence[str]) -> None:
    """Stage, give up root, and become the command.

    Raises:
        OSError: this root may not mount.
    """
    namespaces.unshare(namespaces.CLONE_NEWNS)
    namespaces.keep_mounts_private()
    namespaces.mount("tmpfs", PLACE, "tmpfs", namespaces.MS_NOSUID | namespaces.MS_NODEV)
    for number, path in enumerate(json.loads(arguments[0])):
        _show(path, place(number))
    os.chmod(PLACE, 0o755)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.execvp(arguments[1], list(arguments[1:]))


def _show(source: str, target: str) -> None:
    """Bind a folder or a file to a place that is made for it."""
    if os.path.isdir(source):
        os.mkdir(target, 0o755)
    else:
        Path(target).touch(0o644)
    namespaces.bind(source, target)


if __name__ == "__main__":
    main(sys.argv[1:])
