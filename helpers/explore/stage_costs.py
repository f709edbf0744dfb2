"""What each stage of a network costs when it is trained, and when gradients only pass through it.

Lesson 02. Gradients travel from the loss back to the first part that learns. What lies before it is
computed once and forgotten; what lies after it must be gone through, whether it learns or not.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn

from helpers import models
from helpers.progress import track
from helpers.training.cost import kept_for_backward, storage_address

BATCH, REPEATS = 4, 3
FROZEN, THROUGH, LEARNS = "frozen", "passes through", "learns"
LEFT_OUT = "body"  # the row of a network whose forward method cannot be taken apart


@dataclass(frozen=True)
class Row:
    """One stage of the stack, or the head.

    Attributes:
        label: short name.
        names: dotted names of its parts in the model.
        first: name of its first link in `models.chain`: where stored activations would be cut.
        parameters, norms: how many numbers it holds; how many of them belong to BatchNorms.
        is_head: the last row.
    """

    label: str
    names: tuple[str, ...]
    first: str
    parameters: int
    norms: int
    is_head: bool = False


@dataclass(frozen=True)
class Kept:
    """What a row keeps in memory for the backward pass, in bytes a picture.

    What lies between two rows is counted once when either of them keeps it.
    """

    inside: float
    before: bool
    after: bool


@dataclass(frozen=True)
class RowCost:
    """Measured for one row, seconds a picture: forward alone, and with its backward pass.

    Attributes:
        forward: frozen, before the first part that learns.
        first: it learns, and nothing before it does.
        learns, through: gradients arrive at its output and go on to what is before it.
        before, after: bytes a picture of its input and output.
        kept: by how it takes part.
    """

    forward: float
    first: float
    learns: float
    through: float
    before: float
    after: float
    kept: dict[str, Kept] = field(default_factory=dict)


@dataclass(frozen=True)
class Bill:
    """What a choice of stages costs.

    Attributes:
        states: how each row takes part: frozen, passes through, learns.
        trainable: numbers that are trained.
        forward, backward: seconds a picture, for every row.
        kept: bytes a picture that wait for the backward pass, for every row.
    """

    states: tuple[str, ...]
    trainable: int
    forward: tuple[float, ...]
    backward: tuple[float, ...]
    kept: tuple[float, ...]

    @property
    def seconds(self) -> float:
        return sum(self.forward) + sum(self.backward)

    @property
    def memory(self) -> float:
        return sum(self.kept)


def rows_of(model: nn.Module) -> list[Row]:
    """The stages of a backbone from input to output, the head last.

    A stage that is nothing but a norm belongs to the stage before it: alone it would be one that
    is not worth a choice.
    """
    return [row for row, _ in _parts(model)]


def measure(model: nn.Module, images: torch.Tensor, show: bool | None = None) -> list[RowCost]:
    """Measure every row on a copy of the model, BatchNorms frozen.

    Args:
        model: from `models.backbone`; it is not changed.
        images: one batch [B, 3, H, W]; `BATCH` of them will do.
        show: a progress bar on stdout: True, False, or None for only when it takes a while.
    """
    copied = copy.deepcopy(model).eval()
    costs, values = [], images
    for row, part in track(_parts(copied), "measuring the stages", show=show):
        with torch.no_grad():
            after = part(values.clone())
        costs.append(_cost(part, values, after, row.is_head))
        values = after
    return costs


def bill(
    rows: Sequence[Row],
    costs: Sequence[RowCost],
    chosen: Collection[int],
    norms_learn: bool = False,
) -> Bill:
    """What it costs to train the head and the rows at these positions."""
    learning = {*chosen, len(rows) - 1}
    first = min(learning)
    states = tuple(
        LEARNS if i in learning else THROUGH if i > first else FROZEN for i in range(len(rows))
    )
    trainable = sum(
        row.parameters - (0 if norms_learn or row.is_head else row.norms)
        for i, row in enumerate(rows)
        if i in learning
    )
    whole = [_seconds(cost, states[i], i == first) for i, cost in enumerate(costs)]
    forward = tuple(cost.forward for cost in costs)
    backward = tuple(max(0.0, w - f) for w, f in zip(whole, forward, strict=True))
    return Bill(states, trainable, forward, backward, _memory(costs, states, first))


def _seconds(cost: RowCost, state: str, first: bool) -> float:
    if state == FROZEN:
        return cost.forward
    if first:
        return cost.first
    return cost.learns if state == LEARNS else cost.through


def _memory(costs: Sequence[RowCost], states: Sequence[str], first: int) -> tuple[float, ...]:
    kept, shared = [], False
    for i, cost in enumerate(costs):
        if states[i] == FROZEN:
            kept.append(0.0)
            continue
        mine = cost.kept["first" if i == first else states[i]]
        before = cost.before if mine.before and not shared else 0.0
        kept.append(before + mine.inside + (cost.after if mine.after else 0.0))
        shared = mine.after
    return tuple(kept)


# ------------------------------------------------------------------------------- measuring


def _cost(part: nn.Module, values: torch.Tensor, after: torch.Tensor, is_head: bool) -> RowCost:
    part.requires_grad_(False)
    forward = min(_timed(part, values, after, learns=False)[0] for _ in range(REPEATS))
    through, kept_through = _best(part, values, after, True)
    for module in part.modules():
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(is_head or not models.is_batchnorm(module))
    learns, kept_learns = _best(part, values, after, True)
    first, kept_first = _best(part, values, after, False)
    share = 1 / len(values)
    return RowCost(
        forward * share,
        first * share,
        learns * share,
        through * share,
        _bytes(values) * share,
        _bytes(after) * share,
        {THROUGH: kept_through, LEARNS: kept_learns, "first": kept_first},
    )


def _best(
    part: nn.Module, values: torch.Tensor, after: torch.Tensor, arrives: bool
) -> tuple[float, Kept]:
    tries = [_timed(part, values, after, arrives=arrives) for _ in range(REPEATS)]
    return min(seconds for seconds, _ in tries), tries[0][1]


def _timed(
    part: nn.Module,
    values: torch.Tensor,
    after: torch.Tensor,
    learns: bool = True,
    arrives: bool = False,
) -> tuple[float, Kept]:
    """Seconds of a forward pass (and backward, when something learns), and what it keeps.

    Args:
        part: as frozen as it should be.
        values: its input.
        after: its output, which stands for the gradient too.
        learns: whether there is a backward pass.
        arrives: whether the gradient is wanted at the input, for the parts before it.
    """
    # Not a leaf, as an activation that works in place could not change that.
    given = values.detach().clone().requires_grad_(arrives)
    given = given.view_as(given) if arrives else given
    wanted = [given] if arrives else []
    wanted += [p for p in part.parameters() if p.requires_grad]
    with torch.set_grad_enabled(learns), kept_for_backward(part) as kept:
        start = time.perf_counter()
        made = part(given)
        if learns:
            torch.autograd.grad(made, wanted, after)
        seconds = time.perf_counter() - start
    before, ends = kept.pop(storage_address(given), None), kept.pop(storage_address(made), None)
    inside = sum(kept.values()) / len(values)
    return seconds, Kept(inside, before is not None, ends is not None)


def _bytes(tensor: torch.Tensor) -> float:
    return float(tensor.untyped_storage().nbytes())


# ------------------------------------------------------------------------------- the stages


def _parts(model: nn.Module) -> list[tuple[Row, nn.Module]]:
    """Each row with what computes it; their composition is the model."""
    head, stages = models.head_name(model), models.config_of(model).stages
    groups: list[list[tuple[str, nn.Module]]] = []
    in_head = False
    for name, part in models.chain(model):
        if not groups or name == head or (not in_head and _begins(name, part, stages)):
            groups.append([])
            in_head = name == head
        groups[-1].append((name, part))
    return [_row(group, stages, head) for group in groups]


def _begins(name: str, part: nn.Module, stages: Sequence[str]) -> bool:
    weights = [m for m in part.modules() if any(True for _ in m.parameters(recurse=False))]
    return name in stages and not all(models.is_norm(module) for module in weights)


def _row(
    links: Sequence[tuple[str, nn.Module]], stages: Sequence[str], head: str
) -> tuple[Row, nn.Module]:
    names = tuple(name for name, part in links if name in (*stages, head) and _count([part]))
    label = ", ".join(map(_short, names))
    if links[0][0] == "<body>":
        names, label = tuple(stages), LEFT_OUT
    whole = nn.Sequential(*[part for _, part in links])
    norms = _count(m for m in whole.modules() if models.is_batchnorm(m))
    is_head = links[0][0] == head
    return Row(label, names, links[0][0], _count([whole]), norms, is_head), whole


def _short(name: str) -> str:
    last = name.rpartition(".")[2]
    return name if last.isdecimal() else last


def _count(parts: Iterable[nn.Module]) -> int:
    return sum(p.numel() for part in parts for p in part.parameters())
