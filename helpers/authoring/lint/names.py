"""The rule for names in the prose: what is written as code exists."""

from __future__ import annotations

import ast
import builtins
import copy
import functools
import importlib
import inspect
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from helpers.authoring.lint.course import Cell, Course, Flaw, Page
from helpers.authoring.lint.word_lists import Exceptions
from helpers.places import CLASS_FILE, PREDICTIONS

_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)|<code>(.*?)</code>", re.S)
_BLOCK = re.compile(r"<pre>(.*?)</pre>", re.S)
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_FILE = re.compile(r"[\w./-]+\.(?:py|json|csv|md|jpg|png|zip|ipynb|toml)")
_VARIABLE = re.compile(r"\b(COURSE_[A-Z_]+)=")
_COMMAND = re.compile(r"(?:^|\s)course ([a-z]+)\b(.*)")
_MODULE = re.compile(r"\bpython -m ([\w.]+)(.*)")
_OPTION = re.compile(r"(?<!\S)--[a-z][\w-]*")
_WRITTEN_HERE = {CLASS_FILE, PREDICTIONS, "logbook.jsonl"}
"""Files that a learner has beside the lesson and the repository has not."""

Wrong = tuple[str, str]
Commands = Mapping[str, frozenset[str] | None]


def names(course: Course) -> Iterator[Flaw]:
    """Commands, files, exercises, functions and attributes that the prose names exist."""
    exceptions = Exceptions.read("names", course.root)
    for page in course.pages:
        known = _Known(page, course)
        for cell in page.prose():
            inside = known.with_words(_invented(cell))
            for found in _CODE.finditer(cell.text):
                text = " ".join((found[1] or found[2]).split())
                if not exceptions.hold(page.name, text):
                    for wrong, remedy in _unknown(text, inside, course.root):
                        yield page.flaw(cell.line_at(found.start()), wrong, remedy)


def _invented(cell: Cell) -> Iterator[str]:
    """Names that a cell makes up itself, in almost-code: `hits = ...`, and all in a `<pre>`."""
    for block in _BLOCK.findall(cell.text):
        yield from re.findall(r"\w+", block)
    for found in _CODE.finditer(cell.text):
        yield from re.findall(r"(\w+) = ", found[1] or found[2])


def _unknown(text: str, known: _Known, root: Path) -> Iterator[Wrong]:
    if variable := _VARIABLE.search(text):
        if variable[1] not in _variables():
            yield f"`{variable[1]}` is read by nothing in helpers/", "mend the name"
        text = _VARIABLE.sub("", text).partition(" ")[2]
    if module := _MODULE.search(text):
        yield from _unknown_module(module[1], module[2], root)
    elif command := _COMMAND.search(text):
        yield from _unknown_command(command[1], command[2], known.commands)
    elif _FILE.fullmatch(text):
        if not known.has_file(text):
            yield f"there is no file `{text}`", "mend its path: from the root, or beside the lesson"
    elif text in known.exercises:
        return
    else:
        yield from _unknown_code(text, known)


def _unknown_module(module: str, options: str, root: Path) -> Iterator[Wrong]:
    path = root / (module.replace(".", "/") + ".py")
    if not path.is_file():
        yield f"`python -m {module}` runs nothing", f"there is no {module.replace('.', '/')}.py"
        return
    source = path.read_text(encoding="utf-8")
    for option in _OPTION.findall(options):
        if f'"{option}"' not in source:
            yield f"`python -m {module}` knows no {option}", "mend the command"


def _unknown_command(name: str, options: str, commands: Commands) -> Iterator[Wrong]:
    if name not in commands:
        yield f"there is no command `course {name}`", f"there are {', '.join(commands)}"
        return
    known = commands[name]
    for option in _OPTION.findall(options):
        if known is not None and option not in known:
            yield f"`course {name}` knows no {option}", f"it knows {', '.join(sorted(known))}"


def _unknown_code(text: str, known: _Known) -> Iterator[Wrong]:
    for dotted in _DOTTED.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", text)):
        if not known.has(dotted):
            yield f"`{dotted}` does not exist", "mend the name, as it is imported in this lesson"
    for word in _alone_or_called(text):
        if len(word) > 1 and not known.has_word(word):
            yield (
                f"`{word}` is a name that neither this lesson nor torch has",
                "write it as the code does, or as words",
            )


def _alone_or_called(text: str) -> Iterator[str]:
    """The name that a code text consists of, or that it calls; others only illustrate."""
    try:
        tree = ast.parse(text.lstrip("."), mode="eval")
    except SyntaxError:
        return  # words between backticks: nothing that could be looked up
    if isinstance(tree.body, ast.Name):
        yield tree.body.id
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


class _Known:
    """The names that a lesson can speak of."""

    def __init__(self, page: Page, course: Course) -> None:
        self._folders = [course.root, course.root / "course" / page.name, course.root / "course"]
        self.commands = course.commands
        self.exercises = {
            *course.exercises,
            *(cell.exercise for cell in page.cells if cell.settings.get("grade")),
        }
        code = [ast.parse(cell.visible) for cell in page.code() if _parses(cell)]
        self._objects = {**_samples(), **_imported(code)}
        self._words = {*_written(code), *_library_words(), *dir(builtins), *keyword.kwlist}
        self._words |= {name.partition(".")[2] for name in self.exercises}
        self._words |= {name for value in self._objects.values() for name in _dir(value)}
        self._words |= self._objects.keys()

    def with_words(self, words: Iterable[str]) -> _Known:
        """The same, with a few words more."""
        more = copy.copy(self)
        more._words = self._words | set(words)
        return more

    def has_file(self, name: str) -> bool:
        """Whether there is such a file, from the root or from beside the lesson."""
        return name in _WRITTEN_HERE or any((each / name).exists() for each in self._folders)

    def has_word(self, word: str) -> bool:
        """Whether a single name stands in the lesson's code or in a library that it uses."""
        return word in self._words

    def has(self, dotted: str) -> bool:
        """Whether a name with dots leads to something."""
        if dotted in _parts_of_networks():
            return True
        root, *rest = dotted.split(".")
        if root not in self._objects:  # a variable: what it holds is not known, what it may be is
            return self._words >= {*rest, *([root] if len(root) > 1 else [])}
        value = self._objects[root]
        for name in rest:
            if not hasattr(value, name):
                return name in getattr(type(value), "__annotations__", {})
            value = getattr(value, name)
        return True


def _parses(cell: Cell) -> bool:
    try:
        ast.parse(cell.visible)
    except SyntaxError:
        return False
    return True


def _imported(code: list[ast.Module]) -> dict[str, Any]:
    """What the lesson imports, by the name that it uses."""
    found: dict[str, Any] = {}
    for tree in code:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    module = importlib.import_module(alias.name)
                    root = importlib.import_module(alias.name.partition(".")[0])
                    found[alias.asname or root.__name__] = module if alias.asname else root
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    found[alias.asname or alias.name] = _member(node.module, alias.name)
    return found


def _member(module: str, name: str) -> Any:
    try:
        return importlib.import_module(f"{module}.{name}")
    except ImportError:
        return getattr(importlib.import_module(module), name)


def _written(code: list[ast.Module]) -> Iterator[str]:
    """Every name in the lesson's code: variables, arguments, attributes, words in texts."""
    for tree in code:
        for node in ast.walk(tree):
            for field in ("id", "arg", "attr", "name"):
                value = getattr(node, field, None)
                if isinstance(value, str):
                    yield value
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(r"\w+", node.value)


@functools.cache
def _samples() -> Mapping[str, Any]:
    """What lessons call an object of which they have many: a model, an optimizer, a tensor."""
    import torch
    import torchvision
    from torch.nn import functional

    layer = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    return {
        "torch": torch,
        "nn": torch.nn,
        "F": functional,
        "torchvision": torchvision,
        "model": layer,
        "module": layer,
        "param": layer.weight,
        "Tensor": torch.Tensor,
        "Generator": torch.Generator,
        "optimizer": optimizer,
        "scheduler": torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0),
        "list": list,
        "dict": dict,
    }


@functools.cache
def _library_words() -> frozenset[str]:
    """What may be said without its module: layers, losses, methods, arguments of constructors."""
    import torch
    from torch.nn import functional
    from torch.utils.data import DataLoader
    from torchvision import transforms

    places = (torch, torch.nn, functional, torch.optim, torch.Tensor, torch.nn.Module, transforms)
    words = {word for place in (*places, *_samples().values()) for word in _dir(place)}
    for kind in (DataLoader, torch.nn.BatchNorm1d, torch.optim.AdamW, sorted):
        words |= {kind.__name__, *inspect.signature(kind).parameters}
    for name in _parts_of_networks():
        words |= set(name.split("."))
    return frozenset(words)


@functools.cache
def _parts_of_networks() -> frozenset[str]:
    """What the parts of the networks are called of which lessons speak."""
    import torch
    from torchvision import models

    with torch.device("meta"):  # shapes without numbers
        networks = [models.resnet18(), models.densenet161(), models.efficientnet_b0()]
    return frozenset(name for network in networks for name, _ in network.named_modules())


def _dir(value: Any) -> list[str]:
    return [name for name in dir(value) if not name.startswith("__")]


@functools.cache
def _variables() -> frozenset[str]:
    """The settings that helpers/ reads from the environment."""
    import helpers

    folder = Path(helpers.__file__).parent
    return frozenset(
        name
        for path in folder.rglob("*.py")
        for name in re.findall(r'"(COURSE_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    )
