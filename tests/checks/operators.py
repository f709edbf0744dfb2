"""The single changes that make mutants: for a node of the source, what may stand in its place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst
from libcst import matchers as m

Node = cst.CSTNode

ARITHMETIC: dict[type[Node], tuple[type[Node], ...]] = {
    cst.Add: (cst.Subtract,),
    cst.Subtract: (cst.Add,),
    cst.Multiply: (cst.Divide, cst.Add),
    cst.Divide: (cst.Multiply, cst.FloorDivide),
    cst.FloorDivide: (cst.Divide, cst.Modulo),
    cst.Modulo: (cst.FloorDivide,),
    cst.Power: (cst.Multiply,),
    cst.MatrixMultiply: (cst.Multiply,),
    cst.BitAnd: (cst.BitOr,),
    cst.BitOr: (cst.BitAnd,),
}
ASSIGNED: dict[type[Node], type[Node]] = {
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
}
COMPARED: dict[type[Node], tuple[type[Node], ...]] = {
    cst.LessThan: (cst.LessThanEqual, cst.GreaterThanEqual),
    cst.LessThanEqual: (cst.LessThan, cst.GreaterThan),
    cst.GreaterThan: (cst.GreaterThanEqual, cst.LessThanEqual),
    cst.GreaterThanEqual: (cst.GreaterThan, cst.LessThan),
    cst.Equal: (cst.NotEqual,),
    cst.NotEqual: (cst.Equal,),
    cst.In: (cst.NotIn,),
    cst.NotIn: (cst.In,),
    cst.Is: (cst.IsNot,),
    cst.IsNot: (cst.Is,),
}
#: Functions and methods that people take for one another.
CONFUSED = {
    "mean": ("sum",),
    "sum": ("mean", "max"),
    "max": ("min",),
    "min": ("max",),
    "argmax": ("argmin",),
    "any": ("all",),
    "all": ("any",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "eval": ("train",),
    "train": ("eval",),
    "append": ("extend",),
    "sorted": ("list",),
    "parameters": ("buffers",),
    "modules": ("children",),
    "named_children": ("named_modules",),
    "adaptive_avg_pool2d": ("adaptive_max_pool2d",),
    "adaptive_max_pool2d": ("adaptive_avg_pool2d",),
    "softmax": ("log_softmax",),
    "isfinite": ("isnan",),
    "isnan": ("isfinite",),
    "inference_mode": ("enable_grad",),
    "no_grad": ("enable_grad",),
}
#: What can be left out around a value, as a function of it or as a method.
DROPPED = {
    *("abs", "sorted", "reversed", "clamp", "clip", "clone", "detach", "deepcopy", "copy", "list"),
    *("float", "int", "round", "sqrt", "log", "exp", "softmax", "mean", "item", "flip", "view"),
    *("flatten", "enumerate", "fromkeys", "set", "dict", "tolist", "dim", "cpu", "to"),
}


def arithmetic(node: cst.BinaryOperation) -> Iterator[Node]:
    """Another operator; one of the two operands alone."""
    for other in ARITHMETIC.get(type(node.operator), ()):
        yield node.with_changes(operator=other())
    yield _in_brackets(node.left)
    yield _in_brackets(node.right)


def assignment(node: cst.AugAssign) -> Iterator[Node]:
    """`-=` for `+=`; `=` for either."""
    if type(node.operator) in ASSIGNED:
        yield node.with_changes(operator=ASSIGNED[type(node.operator)]())
    yield cst.Assign([cst.AssignTarget(node.target)], node.value)


def comparison(node: cst.Comparison) -> Iterator[Node]:
    """`<=` for `<`, and the opposite."""
    for position, target in enumerate(node.comparisons):
        for other in COMPARED.get(type(target.operator), ()):
            changed = target.with_changes(operator=other())
            yield node.with_changes(comparisons=_with(node.comparisons, position, changed))


def boolean(node: cst.BooleanOperation) -> Iterator[Node]:
    """`or` for `and`; one of the two alone."""
    other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
    yield node.with_changes(operator=other)
    yield _in_brackets(node.left)
    yield _in_brackets(node.right)


def sign(node: cst.UnaryOperation) -> Iterator[Node]:
    """Without `-` or `not`."""
    yield _in_brackets(node.expression)


def integer(node: cst.Integer) -> Iterator[Node]:
    """One more, one less, twice as much, 0, 1."""
    value = int(node.value, 0)
    for other in (value + 1, value - 1, 2 * value, 0, 1):
        if other != value:
            yield _number(other)


def real(node: cst.Float) -> Iterator[Node]:
    """Twice as much, half as much, 0, 1."""
    value = float(node.value)
    for other in (2 * value, value / 2, 0.0, 1.0):
        if other != value:
            yield _number(other)


def text(node: cst.SimpleString) -> Iterator[Node]:
    """Another text."""
    yield cst.SimpleString(repr(f"{ast.literal_eval(node.value)}_"))


def name(node: cst.Name) -> Iterator[Node]:
    """`False` for `True`."""
    if node.value in ("True", "False"):
        yield cst.Name("False" if node.value == "True" else "True")


def call(node: cst.Call) -> Iterator[Node]:
    """Arguments swapped or left out, a neighbouring function, the value without the function."""
    positional = [one for one in node.args if one.keyword is None]
    for position, argument in enumerate(node.args):
        if guards(argument):
            continue
        if len(positional) > 1 or argument.keyword is not None:
            yield node.with_changes(args=_without(node.args, position))
    for first in range(len(positional) - 1):
        yield node.with_changes(args=_swapped(node.args, first))
    called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    if not isinstance(called, cst.Name):
        return
    for other in CONFUSED.get(called.value, ()):
        yield node.with_changes(func=_renamed(node.func, other))
    if called.value in DROPPED:
        yield from _insides(node)
    if called.value == "range" and len(node.args) == 1:
        yield from _off_by_one(node)


def guards(node: Node) -> bool:
    """Tell whether this is `strict=` of zip, which stops what does not happen in a solution."""
    return m.matches(node, m.Arg(keyword=m.Name("strict")))


def _insides(node: cst.Call) -> Iterator[Node]:
    """The method's object, or the function's first argument."""
    if isinstance(node.func, cst.Attribute) and not m.matches(
        node.func.value, m.Name(m.MatchIfTrue(lambda name: name in {"torch", "math", "copy", "np"}))
    ):
        yield _in_brackets(node.func.value)
    elif node.args:
        yield _in_brackets(node.args[0].value)


def _off_by_one(node: cst.Call) -> Iterator[Node]:
    end = _in_brackets(node.args[0].value)
    for operator in (cst.Add(), cst.Subtract()):
        changed = cst.BinaryOperation(end, operator, cst.Integer("1"))
        yield node.with_changes(args=[cst.Arg(changed)])
    yield node.with_changes(args=[cst.Arg(cst.Integer("1")), cst.Arg(end)])


def subscript(node: cst.Subscript) -> Iterator[Node]:
    """The whole in place of a part; the next element for this one."""
    yield node.value
    if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        index = node.slice[0].slice.value
        if not isinstance(index, cst.Integer | cst.SimpleString | cst.UnaryOperation | cst.Name):
            changed = cst.BinaryOperation(_in_brackets(index), cst.Add(), cst.Integer("1"))
            yield node.with_changes(slice=[cst.SubscriptElement(cst.Index(changed))])


def part(node: cst.Slice) -> Iterator[Node]:
    """A slice that begins or ends elsewhere."""
    for side in ("lower", "upper"):
        bound = getattr(node, side)
        if bound is not None:
            yield node.with_changes(**{side: None})
            if not isinstance(bound, cst.Integer):
                for operator in (cst.Add(), cst.Subtract()):
                    changed = cst.BinaryOperation(_in_brackets(bound), operator, cst.Integer("1"))
                    yield node.with_changes(**{side: changed})


def sequence(node: cst.BaseList | cst.Tuple) -> Iterator[Node]:
    """Elements swapped or left out."""
    elements = node.elements
    least = 1 if isinstance(node, cst.List) else 2
    if len(elements) >= least:
        for position in range(len(elements)):
            yield node.with_changes(elements=_without(elements, position))
    for first in range(len(elements) - 1):
        yield node.with_changes(elements=_swapped(elements, first))


def mapping(node: cst.Dict) -> Iterator[Node]:
    """An entry left out."""
    for position in range(len(node.elements)):
        yield node.with_changes(elements=_without(node.elements, position))


def condition(node: cst.If | cst.While | cst.IfExp | cst.CompIf) -> Iterator[Node]:
    """The opposite; always; never."""
    for other in (_negated(node.test), cst.Name("True"), cst.Name("False")):
        if not (isinstance(node, cst.While) and m.matches(other, m.Name("True"))):
            yield node.with_changes(test=other)


def returned(node: cst.Return) -> Iterator[Node]:
    """Nothing returned."""
    if node.value is not None:
        yield node.with_changes(value=cst.Name("None"))


def left_loop(node: cst.Break | cst.Continue) -> Iterator[Node]:
    """`continue` for `break`."""
    yield cst.Continue() if isinstance(node, cst.Break) else cst.Break()


BY_TYPE: tuple[tuple[Any, Callable[[Any], Iterator[Node]]], ...] = (
    (cst.BinaryOperation, arithmetic),
    (cst.AugAssign, assignment),
    (cst.Comparison, comparison),
    (cst.BooleanOperation, boolean),
    (cst.UnaryOperation, sign),
    (cst.Integer, integer),
    (cst.Float, real),
    (cst.SimpleString, text),
    (cst.Name, name),
    (cst.Call, call),
    (cst.Subscript, subscript),
    (cst.Slice, part),
    ((cst.List, cst.Tuple), sequence),
    (cst.Dict, mapping),
    ((cst.If, cst.While, cst.IfExp, cst.CompIf), condition),
    (cst.Return, returned),
    ((cst.Break, cst.Continue), left_loop),
)


def orders(body: Sequence[Node], inside: Sequence[Node]) -> Iterator[list[Node]]:
    """The statements of a block with one of `inside` left out, taken apart, or put after the next.

    Neighbours that may stand in either order are not exchanged.
    """
    for position, statement in enumerate(body):
        if not any(statement is one for one in inside):
            continue
        before, after = list(body[:position]), list(body[position + 1 :])
        for other in (_nothing(body), *_taken_apart(statement)):
            yield [*before, *other, *after]
        if (
            after
            and any(after[0] is one for one in inside)
            and _order_may_count(statement, after[0])
        ):
            yield [*before, after[0], statement, *after[1:]]


def _nothing(body: Sequence[Node]) -> list[Node]:
    small = not isinstance(body[0], cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return [cst.Pass() if small else cst.SimpleStatementLine([cst.Pass()])]


def _taken_apart(statement: Node) -> Iterator[list[Node]]:
    """What is left of a compound statement without its frame."""
    if isinstance(statement, cst.With | cst.If | cst.Try):
        yield list(statement.body.body)
    if isinstance(statement, cst.Try) and statement.finalbody is not None:
        last = list(statement.finalbody.body.body)
        yield [*statement.body.body, *last]


def _order_may_count(one: Node, other: Node) -> bool:
    """Two assignments: where one needs what the other sets. Else: where they share a name."""
    if _is_assignment(one) and _is_assignment(other):
        return bool(_targets(one) & _names(other) or _targets(other) & _names(one))
    return bool(_names(one) & _names(other))


def _is_assignment(node: Node) -> bool:
    kinds = m.Assign() | m.AnnAssign() | m.AugAssign()
    return m.matches(node, m.SimpleStatementLine(body=[kinds]))


def _targets(node: Node) -> set[str]:
    """Every name on the left of an assignment; of `weights[present]`, `present` too."""
    kinds = m.AssignTarget() | m.AnnAssign() | m.AugAssign()
    return {name for one in m.findall(node, kinds) for name in _names(one.target)}


def _names(node: Node) -> set[str]:
    return {one.value for one in m.findall(node, m.Name())} - {"True", "False", "None", "torch"}


def _in_brackets(node: cst.BaseExpression) -> cst.BaseExpression:
    """The same expression, safe to stand anywhere."""
    if node.lpar or isinstance(node, cst.Name | cst.Integer | cst.Float | cst.Call | cst.Attribute):
        return node
    if isinstance(node, cst.GeneratorExp | cst.List | cst.Dict | cst.SimpleString | cst.Subscript):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _negated(test: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return _in_brackets(test.expression)
    return cst.UnaryOperation(cst.Not(), _in_brackets(test))


def _number(value: float) -> cst.BaseExpression:
    kind = cst.Integer if isinstance(value, int) else cst.Float
    positive = kind(repr(abs(value)))
    brackets = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
    return positive if value >= 0 else cst.UnaryOperation(cst.Minus(), positive, **brackets)


def _renamed(function: cst.BaseExpression, other: str) -> cst.BaseExpression:
    if isinstance(function, cst.Attribute):
        return function.with_changes(attr=cst.Name(other))
    return cst.Name(other)


def _with(nodes: Sequence[Any], position: int, other: Node) -> list[Any]:
    return [*nodes[:position], other, *nodes[position + 1 :]]


def _without(nodes: Sequence[Any], position: int) -> list[Any]:
    """All but one; the last one that is left brings no comma."""
    kept = [*nodes[:position], *nodes[position + 1 :]]
    if kept and hasattr(kept[-1], "comma"):
        alone = len(kept) == 1 and isinstance(kept[0], cst.Element)
        comma = cst.Comma() if alone else cst.MaybeSentinel.DEFAULT
        kept[-1] = kept[-1].with_changes(comma=comma)
    return kept


def _swapped(nodes: Sequence[Any], first: int) -> list[Any]:
    """Two neighbours exchanged, their commas left where they are."""
    one, two = nodes[first], nodes[first + 1]
    changed = [two.with_changes(comma=one.comma), one.with_changes(comma=two.comma)]
    return [*nodes[:first], *changed, *nodes[first + 2 :]]
