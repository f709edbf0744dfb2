"""What the statements of a cell bind and what they need, found without running them."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

MAX_TEXT = 100_000
"""Characters of a cell that is still looked into: far more than anybody writes by hand."""

MAX_STATEMENTS = 3000
"""Of one cell."""

MAX_MAGICS = 50

Kind = Literal["import", "definition", "other"]

_MAGIC = re.compile(r"^[ \t]*([%!?,;/]|>>>|In ?\[)|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
_WRITES_A_FILE = re.compile(r"(?:-a\s+|--append\s+)?[\"']?(?:\./)?(\w+)\.py[\"']?\s*$")
_RUNS_ITS_BODY = {"time", "capture", "prun", "debug"}
_LOOKS_ONLY = {"timeit"}
_BRINGS_ANYTHING = {"run", "pylab", "store"}
_DYNAMIC = {"exec", "globals", "vars", "locals"}
_MUTATES = {"setattr", "delattr"}
_IMMEDIATE_SCOPES = {"listcomp", "setcomp", "dictcomp", "genexpr"}
_CONTAINERS = {"list", "dict", "set", "defaultdict", "Counter", "deque", "OrderedDict"}
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Statement:
    """One statement of a cell, or a cell as a whole that cannot be taken apart.

    A name may also be `import x`: the module itself, which a cell can bring by writing `x.py`.
    """

    first: int  #: line, from 1
    last: int  #: line, included
    kind: Kind
    shape: str  #: equal for code that differs in layout and comments only
    binds: frozenset[str] = _NONE  #: what it may bind, change or delete
    surely: frozenset[str] = _NONE  #: what it binds whenever it runs
    needs: frozenset[str] = _NONE  #: looked up while it runs
    later: frozenset[str] = _NONE  #: looked up when something it defines is called
    calls_on: frozenset[str] = _NONE  #: names whose methods it calls, and drops the result
    writes: frozenset[str] = _NONE  #: globals that a function defined here binds when it is called
    holds: frozenset[str] = _NONE  #: names bound to a fresh list, dict or set
    modules: frozenset[str] = _NONE  #: top-level packages that it imports
    anything: bool = False  #: it may bind, or change the meaning of, any name
    safe: bool = False  #: it cannot well fail, apart from imports
    alone: bool = True  #: it shares no line with another one


def read_statements(text: str) -> tuple[Statement, ...] | None:
    """Take a cell apart.

    Cells with IPython's magics come back as one statement. None: the code does not parse, is too
    long or too deeply nested to be looked into.
    """
    if len(text) > MAX_TEXT:
        return None
    tree = _parsed(text)
    if tree is not None and len(tree.body) > MAX_STATEMENTS:
        return None
    if tree is not None:
        return tuple(_alone(text, [_statement(node) for node in tree.body]))
    plain = _without_magics(text)
    tree = None if plain is None else _parsed(plain)
    if tree is None or len(tree.body) > MAX_STATEMENTS:
        return None
    lines = text.count("\n") + 1
    merged = merge([_statement(node) for node in tree.body])
    return (replace(merged, first=1, last=lines),)


class Reader:
    """Reads the cells of one notebook, each once, and all of them in bounded time."""

    def __init__(
        self, characters: int = 4 * MAX_TEXT, statements: int = 2 * MAX_STATEMENTS
    ) -> None:
        self._characters, self._statements = characters, statements
        self._read: dict[str, tuple[Statement, ...] | None] = {}

    def read(self, text: str) -> tuple[Statement, ...] | None:
        """Take a cell apart as `read_statements` does; None also where too much was read before."""
        if text not in self._read:
            if len(text) > self._characters or self._statements <= 0:
                return None
            found = read_statements(text)
            self._characters -= len(text)
            self._statements -= len(found or ())
            self._read[text] = found
        return self._read[text]


def names_in(expression: str) -> frozenset[str]:
    """The names an expression looks up.

    Raises:
        ValueError: it is not an expression.
    """
    tree = _parsed(expression)
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        raise ValueError(f"not an expression: {expression[:60]!r}")
    found = _statement(tree.body[0])
    return found.needs | found.later


def binds_by_look(text: str, name: str) -> bool:
    """Whether code that may not parse seems to bind a name."""
    wanted = re.escape(name)
    return bool(
        re.search(
            rf"^[ \t]*(?:(?:async\s+)?def|class)\s+{wanted}\b|^[ \t]*{wanted}\s*(?::[^=\n]*)?=(?!=)"
            rf"|\bimport\b.*\b{wanted}\b",
            text,
            re.MULTILINE,
        )
    )


def merge(statements: Sequence[Statement]) -> Statement:
    """Several statements in a row, seen as one."""
    needs: set[str] = set()
    later: set[str] = set()
    bound: set[str] = set()
    for one in statements:
        needs |= one.needs - bound
        later |= one.later - bound - one.surely
        bound |= one.surely

    def union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
        return frozenset().union(*sets)

    return Statement(
        first=statements[0].first if statements else 1,
        last=statements[-1].last if statements else 1,
        kind="other",
        shape="".join(one.shape for one in statements),
        binds=union(one.binds for one in statements),
        surely=frozenset(bound),
        needs=frozenset(needs),
        later=frozenset(later),
        calls_on=union(one.calls_on for one in statements),
        writes=union(one.writes for one in statements),
        holds=union(one.holds for one in statements),
        modules=union(one.modules for one in statements),
        anything=any(one.anything for one in statements),
    )


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _without_magics(text: str) -> str | None:
    """The cell as Python; None where that would take too long, or does not work."""
    if len(_MAGIC.findall(text)) > MAX_MAGICS:
        return None
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(TransformerManager().transform_cell(text))
    except Exception:  # whatever a tokenizer may raise
        return None


def _alone(text: str, statements: list[Statement]) -> Iterator[Statement]:
    for at, one in enumerate(statements):
        shared = (at > 0 and statements[at - 1].last >= one.first) or (
            at + 1 < len(statements) and statements[at + 1].first <= one.last
        )
        yield replace(one, alone=not shared)


def _statement(node: ast.stmt) -> Statement:
    """Analyse one top-level statement."""
    kind: Kind = "other"
    if isinstance(node, ast.Import | ast.ImportFrom):
        kind = "import"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        kind = "definition"
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    scopes = _Scopes(node)
    modules = frozenset(_modules(node))
    found = Statement(
        first=first,
        last=node.end_lineno or node.lineno,
        kind=kind,
        shape=_shape(node),
        binds=scopes.binds | scopes.changed(node),
        surely=_surely(node),
        needs=scopes.needs | {f"import {name}" for name in modules},
        later=scopes.later,
        calls_on=_calls_on(node),
        writes=scopes.writes,
        holds=_holds(node),
        modules=modules,
        anything=_brings_anything(node) or bool(scopes.needs & _DYNAMIC),
        safe=_is_safe(node),
    )
    return _with_magics(found, node)


def _is_safe(node: ast.stmt) -> bool:
    """Whether a statement binds what it binds, come what may: definitions and constants."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        plain = all(default is None or isinstance(default, ast.Constant) for default in defaults)
        return plain and not node.decorator_list
    if isinstance(node, ast.ClassDef):
        return not node.decorator_list and all(_is_safe(inner) for inner in node.body)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Import | ast.ImportFrom | ast.Pass)


def _shape(node: ast.stmt) -> str:
    try:
        return ast.dump(node)
    except RecursionError:
        return ""


class _Scopes:
    """Which global names a statement uses and binds, by Python's own rules of scope."""

    def __init__(self, node: ast.stmt) -> None:
        self.needs: frozenset[str] = _NONE
        self.later: frozenset[str] = _NONE
        self.binds: frozenset[str] = _NONE
        self.writes: frozenset[str] = _NONE
        try:
            text = ast.unparse(ast.Module([node], []))
            self._read(symtable.symtable(text, "cell", "exec"), now=True, top=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._guess(node)
        self._what_symbols_do_not_say(node)

    def _read(self, table: symtable.SymbolTable, now: bool, top: bool = False) -> None:
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if not symbol.is_global():
                continue
            assigned = symbol.is_assigned() or symbol.is_imported()
            if symbol.is_referenced():
                if now:
                    self.needs |= {name}
                else:
                    self.later |= {name}
            if assigned and (top or symbol.is_declared_global()):
                self.binds |= {name}
                if not now:
                    self.writes |= {name}
        for child in table.get_children():
            deferred = child.get_type() == "function" and child.get_name() not in _IMMEDIATE_SCOPES
            self._read(child, now and not deferred)

    def _guess(self, node: ast.stmt) -> None:
        """Without a table (such code cannot be compiled either): all names that occur."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                self.needs |= {part.id}
                if not isinstance(part.ctx, ast.Load):
                    self.binds |= {part.id}

    def _what_symbols_do_not_say(self, node: ast.stmt) -> None:
        """`x += 1` and `del x` need an `x`, which a symbol table does not tell."""
        for part in ast.walk(node):
            targets: list[ast.expr] = []
            if isinstance(part, ast.AugAssign):
                targets = [part.target]
            elif isinstance(part, ast.Delete):
                targets = part.targets
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            self.needs |= names & (self.binds - self.writes)
            self.later |= names & self.writes

    def changed(self, node: ast.stmt) -> frozenset[str]:
        """Global names whose attributes or items are assigned: `nn.Linear.forward = ...`."""
        known = self.needs | self.later | self.binds
        roots = set()
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(
                part.ctx, ast.Load
            ):
                roots.add(_root(part))
            elif isinstance(part, ast.Call) and _root(part.func) in _MUTATES and part.args:
                roots.add(_root(part.args[0]))
        return frozenset(name for name in roots if name and name in known)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _surely(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return frozenset({node.name})
    if isinstance(node, ast.Import):
        return frozenset(alias.asname or alias.name.split(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return frozenset(a.asname or a.name for a in node.names if a.name != "*")
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets = [node.target]
    names: set[str] = set()
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Tuple | ast.List):
            targets += target.elts
        elif isinstance(target, ast.Starred):
            targets.append(target.value)
        elif isinstance(target, ast.Name):
            names.add(target.id)
    return frozenset(names)


def _calls_on(node: ast.stmt) -> frozenset[str]:
    """`cache.update(...)`, also inside a loop: what `cache` holds may change."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return _NONE
    found = set()
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Expr)
            and isinstance(part.value, ast.Call)
            and isinstance(part.value.func, ast.Attribute)
        ):
            found.add(_root(part.value.func))
    return frozenset(found - {""})


def _holds(node: ast.stmt) -> frozenset[str]:
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return _NONE
    value = node.value
    fresh = isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp) or (
        isinstance(value, ast.Call) and _last_name(value.func) in _CONTAINERS
    )
    return _surely(node) if fresh else _NONE


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _modules(node: ast.stmt) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            yield from (alias.name.split(".")[0] for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            yield part.module.split(".")[0]


def _brings_anything(node: ast.stmt) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom) and (
            part.module == "__future__" or any(alias.name == "*" for alias in part.names)
        ):
            return True
    return False


def _with_magics(found: Statement, node: ast.stmt) -> Statement:
    """Add what the magics in a statement bind and need: their code is text to Python."""
    parts = [found]
    for part in ast.walk(node):
        if not (isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)):
            continue
        words = [
            a.value for a in part.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        if part.func.attr in ("run_line_magic", "run_cell_magic") and len(words) == len(part.args):
            parts.append(_magic(*words))
        elif part.func.attr in ("run_cell", "ex") and _root(part.func) in ("get_ipython", "ip"):
            parts.append(replace(_EMPTY, anything=True))
    if len(parts) == 1:
        return found
    merged = merge(parts)
    return replace(merged, first=found.first, last=found.last, shape=found.shape)


_EMPTY = Statement(1, 1, "other", "")


def _magic(name: str = "", line: str = "", body: str | None = None) -> Statement:
    """What one magic binds and needs."""
    if name in ("writefile", "file"):
        written = _WRITES_A_FILE.search(line)
        module = frozenset({f"import {written[1]}"} if written else ())
        return replace(_EMPTY, binds=module)
    if name in _BRINGS_ANYTHING:
        return replace(_EMPTY, anything=True)
    if name in _RUNS_ITS_BODY | _LOOKS_ONLY:
        code = line if body is None else body
        inside = merge(read_statements(code) or ())
        if name in _LOOKS_ONLY:
            return replace(inside, binds=_NONE, surely=_NONE)
        return replace(inside, surely=inside.surely if name in ("time", "capture") else _NONE)
    return _EMPTY
