"""What attacks are made of, and the ground on which they are tried: a class full of canaries."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import re
import secrets
import socket
import stat
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from benchmarks.submissions import Lesson
from helpers.authoring.release import as_bytes
from helpers.authoring.sources import settings_of
from helpers.grading.core import seed_of

ATTACKS = Path(__file__).parent
LESSON = "00_the_wall"
ONE_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\x1b\x00]{1,600}")


def find(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell with this grade id."""
    return next(c for c in notebook.cells if settings_of(c).get("grade_id") == grade_id)


def code(text: str) -> NotebookNode:
    """Return a new code cell."""
    return new_code_cell(text)


@dataclass(frozen=True)
class Place:
    """Where an attack is tried, and the words in its code that stand for it."""

    classroom: Path
    submitted: Path
    canary_file: Path
    words: Mapping[str, str]
    lesson: str = LESSON

    def fill(self, text: str) -> str:
        """Put paths, ports and the like into an attack's code."""
        return re.sub(r"@([A-Z_]+)@", lambda found: self.words.get(found[1], found[0]), text)


@dataclass(frozen=True)
class Attack:
    """One file of this folder: how its submission is made, and what it deserves."""

    name: str  #: "hooks/tracer"
    what: str  #: its docstring
    module: ModuleType = field(repr=False)

    @property
    def student(self) -> str:
        """Who hands it in."""
        return str(self.says("STUDENT") or self.name.replace("/", "-"))

    @property
    def expected(self) -> Mapping[str, str]:
        """Allowed verdicts by grade id, joined by |; every other item is right."""
        return dict(self.says("EXPECTED") or {})

    @property
    def packed(self) -> bool:
        """Whether it is handed in as a zip."""
        return bool(self.says("PACKED"))

    @property
    def may_be_refused(self) -> bool:
        """Whether the submission as a whole may be turned away."""
        return bool(self.says("REFUSED"))

    @property
    def may_be_graded(self) -> bool:
        """Whether the submission may be graded at all."""
        return not self.says("REFUSED") or bool(self.says("REFUSED_OR_CORRECT"))

    def says(self, name: str) -> Any:
        """Return what the file says under this name, or None."""
        return getattr(self.module, name, None)

    def notebook(self, lesson: Lesson, place: Place) -> bytes:
        """Return the notebook it hands in: right answers, but for its own."""
        answers = {**lesson.solutions(), **dict(self.says("ANSWERS") or {})}
        notebook = lesson.notebook({key: place.fill(text) for key, text in answers.items()})
        edit: Callable[..., Any] | None = self.says("edit")
        edited = edit(notebook, lesson) if edit else None
        if isinstance(edited, bytes):
            return place.fill(edited.decode("latin-1")).encode("latin-1")
        return place.fill(_as_bytes(edited or notebook).decode()).encode()

    def hand_in(self, lesson: Lesson, place: Place, zips: Path) -> Path:
        """Write the submission; return its folder, or its zip."""
        notebook = self.notebook(lesson, place)
        if self.packed:
            path = zips / f"{self.student}.zip"
            path.write_bytes(self.says("pack")(notebook, place))
            return path
        folder = place.submitted / self.student / lesson.name
        folder.mkdir(parents=True)
        (folder / f"{lesson.name}.ipynb").write_bytes(notebook)
        for name, text in dict(self.says("FILES") or {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(place.fill(text))
        if arrange := self.says("arrange"):
            arrange(folder, place)
        return folder.parent


def _as_bytes(notebook: NotebookNode) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is broken on purpose
        try:
            return as_bytes(notebook)
        except Exception:
            import json

            return json.dumps(notebook).encode()


def attacks() -> list[Attack]:
    """Return every attack in this folder, by name."""
    found = []
    for path in sorted(ATTACKS.glob("*/*.py")):
        name = path.relative_to(ATTACKS).with_suffix("").as_posix()
        spec = importlib.util.spec_from_file_location(f"attack_{name.replace('/', '_')}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(Attack(name, (module.__doc__ or "").strip(), module))
    return found


def packed(
    entries: Mapping[str, bytes], place: Place, attributes: Mapping[str, int] | None = None
) -> bytes:
    """Return a zip of these entries; `attributes` are those of Unix, shifted."""
    return packed_list([(place.fill(n), c) for n, c in entries.items()], attributes or {})


def packed_list(
    entries: Iterable[tuple[str, bytes]], attributes: Mapping[str, int] | None = None
) -> bytes:
    """Return a zip of these entries, names doubled or not."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (attributes or {}).get(name, (stat.S_IFREG | 0o644) << 16)
            archive.writestr(entry, content)
    return file.getvalue()


def fingerprint(path: Path) -> dict[str, tuple[Any, ...]]:
    """Return what lies at and below a path: kinds, modes, sizes, contents, where links lead."""
    start = os.fsencode(path)
    found = {str(path): _fingerprint_of(start)}
    if path.is_dir() and not path.is_symlink():
        # Relative to open folders: some of these paths are longer than a path may be.
        for root, folders, files, where in os.fwalk(start):
            for name in [*folders, *files]:
                shown = os.fsdecode(os.path.join(root, name))
                found[shown] = _fingerprint_of(name, where)
    return found


def _fingerprint_of(name: bytes, where: int | None = None) -> tuple[Any, ...]:
    status = os.lstat(name, dir_fd=where)
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFLNK:
        return kind, os.readlink(name, dir_fd=where)
    if kind != stat.S_IFREG or status.st_size >= 2**28:
        return kind, status.st_mode, status.st_size if kind == stat.S_IFREG else 0
    with open(os.open(name, os.O_RDONLY, dir_fd=where), "rb") as file:
        return kind, status.st_mode, hashlib.sha256(file.read()).hexdigest()


class Listener:
    """Listens on localhost, on an abstract and on a named socket; notes who came."""

    def __init__(self, folder: Path) -> None:
        self.came: list[str] = []
        self.abstract = f"canary-{secrets.token_hex(6)}"
        self.path = folder / "s"
        inet = socket.create_server(("0.0.0.0", 0))
        self.port: int = inet.getsockname()[1]
        self._lines = [inet]
        for address in (f"\0{self.abstract}", str(self.path)):
            line = socket.socket(socket.AF_UNIX)
            line.bind(address)
            line.listen()
            self._lines.append(line)
        for line in self._lines:
            threading.Thread(target=self._wait, args=(line,), daemon=True).start()

    def _wait(self, line: socket.socket) -> None:
        while True:
            try:
                connection, address = line.accept()
            except OSError:
                return
            self.came.append(f"{line.getsockname()!r}: {address!r}")
            connection.close()

    def close(self) -> None:
        """Listen no longer."""
        for line in self._lines:
            line.close()


@dataclass(frozen=True)
class Canaries:
    """Values that nobody may see again, by where they lie, and the mark that attacks leave."""

    values: Mapping[str, str]
    mark: str
    seed: int

    def found_in(self, text: str) -> list[str]:
        """Return where the values come from that a text holds."""
        return [name for name, value in self.values.items() if value in text]


def new_canaries(seed: int, secret: str, exercises: Iterable[str]) -> Canaries:
    """Return fresh values: in a file, the environment, the gradebook, the solutions, a neighbour.

    The seed, its parts and the class's secret are canaries, too.
    """
    names = ("file", "environment", "gradebook", "solution", "neighbour", "records")
    values = {name: f"canary{secrets.token_hex(12)}" for name in names}
    values |= {f"seed of {name}": str(seed_of(seed, name)) for name in exercises}
    values |= {"seed": str(seed), "secret": secret}
    return Canaries(values, f"attack-mark-{secrets.token_hex(8)}", seed)


def marked(mark: str, places: Iterable[Path]) -> list[str]:
    """Return the files named by an attack in these folders; those of the class at any depth."""
    found = []
    for place in places:
        if place.is_dir():
            found += [str(path) for path in place.glob(f"*{mark}*")]
    return found


def processes_with(mark: str) -> list[str]:
    """Return the processes of this machine that have a mark in their command or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            said = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in said:
            found.append(f"{entry.name}: {said[:200]!r}")
    return found
