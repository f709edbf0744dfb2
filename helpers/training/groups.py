"""Parameter groups: falling rates, no decay where it makes no sense, groups that join later.

Lesson 02: stages near the input deserve a lower rate, and are unfrozen one after another.
Lesson 06: weight decay is for weights, not for biases and norms.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from torch import nn
from torch.optim import Optimizer, lr_scheduler

from helpers import models
from helpers.errors import CourseError

Group = dict[str, Any]

_CONTAINERS = (lr_scheduler.ChainedScheduler, lr_scheduler.SequentialLR)
_PEAKED = (lr_scheduler.OneCycleLR, lr_scheduler.CyclicLR)
# What each kind keeps for every group: rates, which are scaled, and the rest, which is copied.
_RATES: dict[type, tuple[str, ...]] = {
    lr_scheduler.CyclicLR: ("base_lrs", "max_lrs"),
    lr_scheduler.ReduceLROnPlateau: (),
}
_COPIED = {
    lr_scheduler.LambdaLR: ("lr_lambdas",),
    lr_scheduler.MultiplicativeLR: ("lr_lambdas",),
    lr_scheduler.CyclicLR: ("base_momentums", "max_momentums"),
    lr_scheduler.ReduceLROnPlateau: ("min_lrs",),
}
_KNOWN = {
    *_CONTAINERS,
    *_PEAKED,
    *_RATES,
    *_COPIED,
    lr_scheduler.StepLR,
    lr_scheduler.MultiStepLR,
    lr_scheduler.ConstantLR,
    lr_scheduler.LinearLR,
    lr_scheduler.ExponentialLR,
    lr_scheduler.PolynomialLR,
    lr_scheduler.CosineAnnealingLR,
    lr_scheduler.CosineAnnealingWarmRestarts,
}


# --------------------------------------------------------------------------------- building


def discriminative_groups(
    model: nn.Module, names: Sequence[str], lr: float, factor: float
) -> list[Group]:
    """Groups for an optimizer: the last part learns at `lr`, each earlier one `factor` slower.

        discriminative_groups(model, ["layer3", "layer4", "fc"], lr=3e-3, factor=3)

    Args:
        model: with some of its parameters trainable.
        names: dotted names of parts, from input to output. A frozen part counts as a step in the
            rate; a part that has no parameters at all (an activation, a pooling) does not.
        lr: of the last part.
        factor: how many times slower each part learns than the one after it.

    Returns:
        One group for every part with something to train: `params`, `lr`, `name`. Frozen
        parameters are left out; one that two parts share belongs to the part nearer the output.

    Raises:
        CourseError: no name or an unknown one; a name that is there twice or lies inside another;
            nothing to train; `lr` or `factor` not above 0.
    """
    if isinstance(names, str):
        raise CourseError(f"names is a list of parts, not one: use [{names!r}].")
    if not names:
        raise CourseError("No part is named, so there is nothing to train: name the head at least.")
    _refuse_overlap(names)
    parts = [(name, list(_part(model, name).parameters())) for name in names]
    parts = [(name, parameters) for name, parameters in parts if parameters]
    return falling_rates([own for _, own in parts], lr, factor, [name for name, _ in parts])


def falling_rates(
    parts: Sequence[Iterable[nn.Parameter]],
    lr: float,
    factor: float,
    names: Sequence[str] | None = None,
) -> list[Group]:
    """Groups at `lr` for the last part and a `factor` less for each earlier one.

    Args:
        parts: parameters, from input to output. Frozen ones are left out; one that is in several
            parts belongs to the last of them. A part with nothing to train gives no group.
        lr: of the last part.
        factor: how many times slower each part learns than the one after it.
        names: what to call the groups (their `name`).

    Raises:
        CourseError: nothing to train; `lr` or `factor` not above 0.
    """
    _require_positive(lr, "lr")
    _require_positive(factor, "factor")
    taken: set[nn.Parameter] = set()
    groups: list[Group] = []
    for steps, own in enumerate(reversed(parts)):
        parameters = [p for p in _once(own) if p.requires_grad and p not in taken]
        taken.update(parameters)
        if parameters:
            name = {"name": names[-1 - steps]} if names else {}
            groups.append({"params": parameters, "lr": lr / factor**steps, **name})
    if not groups:
        raise CourseError("These parts are frozen: unfreeze some of them before grouping them.")
    return groups[::-1]


def decay_groups(
    model: nn.Module, weight_decay: float, groups: Iterable[Group] | None = None
) -> list[Group]:
    """Groups with weight decay on weights alone: none below two dimensions and none in norms.

        decay_groups(model, 1e-2)
        decay_groups(model, 1e-2, discriminative_groups(model, names, lr, factor))

    Args:
        model: every trainable parameter of it comes exactly once; frozen ones are left out.
        weight_decay: of the weights.
        groups: split these instead of all of the model: each gives one group with decay and one
            without, which keep everything else, such as `lr`.

    Raises:
        CourseError: `weight_decay` below 0; nothing to train; given groups that hold a parameter
            twice, or one that is not the model's.
    """
    if not 0 <= weight_decay < math.inf:
        raise CourseError(f"weight_decay={weight_decay!r}: use 0 or a number above it.")
    spared = set(_without_decay(model))
    source = [{"params": model.parameters()}] if groups is None else groups
    given = [{**group, "params": list(_once(group["params"]))} for group in source]
    _refuse_foreign(model, given)
    made = []
    for group in given:
        trained = [p for p in group["params"] if p.requires_grad]
        for decay, own in (
            (float(weight_decay), [p for p in trained if p not in spared]),
            (0.0, [p for p in trained if p in spared]),
        ):
            if own:
                made.append({**group, "params": own, "weight_decay": decay})
    if not made:
        raise CourseError("Every parameter is frozen: unfreeze the head at least.")
    return made


def _part(model: nn.Module, name: str) -> nn.Module:
    try:
        return model.get_submodule(name)
    except AttributeError:
        children = ", ".join(child for child, _ in model.named_children())
        raise CourseError(
            f"There is no part {name!r} in {type(model).__name__}: its parts are {children}, "
            "and what is inside them is named with dots."
        ) from None


def _refuse_overlap(names: Sequence[str]) -> None:
    for position, name in enumerate(names):
        for other in [*names[:position], *names[position + 1 :]]:
            if name == other:
                raise CourseError(f"{name} is named twice: every part belongs to one group.")
            if other == "" or name.startswith(f"{other}."):
                raise CourseError(
                    f"{name or 'the model itself'} lies inside {other or 'the model itself'}, so "
                    "its parameters would be in two groups: name one of the two."
                )


def _refuse_foreign(model: nn.Module, groups: Sequence[Group]) -> None:
    own = {parameter: name for name, parameter in model.named_parameters()}
    seen: set[nn.Parameter] = set()
    for group in groups:
        for parameter in group["params"]:
            if parameter not in own:
                raise CourseError(
                    f"A parameter of shape {tuple(parameter.shape)} is not one of the model's: "
                    "build the groups from this model."
                )
            if parameter in seen:
                raise CourseError(f"{own[parameter]} is in two groups: each may hold it once.")
            seen.add(parameter)


def _without_decay(model: nn.Module) -> Iterator[nn.Parameter]:
    """What says where an answer begins or how loud it is: fewer than two dimensions, and norms."""
    for module in model.modules():
        if models.is_norm(module):
            yield from module.parameters()
    yield from (parameter for parameter in model.parameters() if parameter.ndim < 2)


def _once(parameters: Any) -> Iterator[nn.Parameter]:
    """Each of them at its first place; a single parameter stands for a list of one."""
    yield from dict.fromkeys([parameters] if isinstance(parameters, nn.Parameter) else parameters)


def _require_positive(value: float, name: str) -> None:
    if not isinstance(value, int | float) or not 0 < value < math.inf:
        raise CourseError(f"{name}={value!r} is not a number above 0.")


# ---------------------------------------------------------------------------------- joining


def join(
    optimizer: Optimizer,
    parameters: Iterable[nn.Parameter],
    lr: float,
    schedulers: Any = (),
    like: int = 0,
    **options: Any,
) -> Group:
    """Let parameters join an optimizer that is at work, and the schedulers that steer it.

        join(optimizer, model.layer3.parameters(), lr=1e-4, schedulers=[scheduler])

    The state of the optimizer and the course of its other groups stay as they were. The new group
    follows the same course in proportion to its own rate, as if it had been there from the start:
    joining half way down a cosine, it begins at half of `lr`.

    Args:
        optimizer: holds at least one group.
        parameters: trainable, none of them in the optimizer yet.
        lr: where a scheduler starts from; for OneCycleLR and CyclicLR the peak, `max_lr`. Without
            a scheduler, or with ReduceLROnPlateau alone, the rate from now on.
        schedulers: a scheduler of this optimizer or all of them. A floor that groups
            share (`eta_min`, `min_lr`) is the new group's floor too.
        like: position of the group whose course the new one follows, where courses differ.
        options: of the new group, such as `weight_decay`; default: the optimizer's.

    Returns:
        The new group, the last one of `optimizer.param_groups`.

    Raises:
        CourseError: nothing to add; a parameter that is frozen or in the optimizer already; `lr`
            not above 0; a scheduler of another optimizer or of a kind that is not known, or one
            that missed a group. Nothing is changed then.
    """
    _require_positive(lr, "lr")
    added = list(_once(parameters))
    _refuse_to_add(optimizer, added)
    leaves, containers = _scheduler_tree(optimizer, schedulers)
    template = _template(optimizer, like)
    scale, now = 1.0, lr
    if leaves:
        reference, floor = _reference(template, leaves, like), _floor(schedulers)
        scale = lr / reference
        now = float(template["lr"]) * scale
        if reference != floor > 0:
            now = floor + (float(template["lr"]) - floor) * (lr - floor) / (reference - floor)
    course = _course(template, leaves, scale)
    optimizer.add_param_group({"params": added, "lr": now, **course, **options})
    for scheduler in leaves:
        for name in _RATES.get(type(scheduler), ("base_lrs",)):
            _append(scheduler, name, float(getattr(scheduler, name)[like]) * scale)
        for name in _COPIED.get(type(scheduler), ()):
            if hasattr(scheduler, name):
                _append(scheduler, name, getattr(scheduler, name)[like])
    for scheduler in [*leaves, *containers]:
        _append(scheduler, "_last_lr", now)
    return optimizer.param_groups[-1]


def _append(scheduler: Any, name: str, value: Any) -> None:
    # A new list: a SequentialLR shares its last rates with the scheduler at work.
    setattr(scheduler, name, [*getattr(scheduler, name), value])


def _refuse_to_add(optimizer: Optimizer, added: Sequence[nn.Parameter]) -> None:
    if not added:
        raise CourseError("There is no parameter to add: the part has none, or the list is empty.")
    held = {p for group in optimizer.param_groups for p in group["params"]}
    for parameter in added:
        if not isinstance(parameter, nn.Parameter):
            raise CourseError(
                f"{type(parameter).__name__} is not a parameter: give part.parameters()."
            )
        if not parameter.requires_grad:
            raise CourseError(
                f"A parameter of shape {tuple(parameter.shape)} is frozen, so it would never "
                "move: set requires_grad = True before it joins."
            )
        if parameter in held:
            raise CourseError(
                f"A parameter of shape {tuple(parameter.shape)} is in the optimizer already: "
                "leave it out, or it would take two steps at once."
            )


def _template(optimizer: Optimizer, like: int) -> Group:
    groups = optimizer.param_groups
    if not -len(groups) <= like < len(groups):
        raise CourseError(f"like={like}: the optimizer has {len(groups)} groups, from 0 on.")
    if "param_names" in groups[like]:
        raise CourseError(
            "This optimizer was built from named parameters, which cannot be joined by nameless "
            "ones: build it from model.parameters()."
        )
    return groups[like]


def _scheduler_tree(optimizer: Optimizer, schedulers: Any) -> tuple[list[Any], list[Any]]:
    """Schedulers that set rates themselves, and those that hold others; each once."""
    leaves: dict[int, Any] = {}
    containers: dict[int, Any] = {}

    def visit(scheduler: Any) -> None:
        kind = type(scheduler)
        if kind not in _KNOWN:
            raise CourseError(
                f"{kind.__name__} is no scheduler whose groups can grow: use one of "
                "torch.optim.lr_scheduler itself, or build it anew after adding the group."
            )
        if scheduler.optimizer is not optimizer:
            raise CourseError(f"This {kind.__name__} belongs to another optimizer: leave it out.")
        if kind in _CONTAINERS:
            containers[id(scheduler)] = scheduler
            for inner in scheduler._schedulers:
                visit(inner)
            return
        leaves[id(scheduler)] = scheduler
        _refuse_missed_group(scheduler, len(optimizer.param_groups))

    for scheduler in _as_list(schedulers):
        visit(scheduler)
    return list(leaves.values()), list(containers.values())


def _as_list(schedulers: Any) -> list[Any]:
    if schedulers is None:
        return []
    return list(schedulers) if isinstance(schedulers, Iterable) else [schedulers]


def _refuse_missed_group(scheduler: Any, groups: int) -> None:
    names = [*_RATES.get(type(scheduler), ("base_lrs",)), *_COPIED.get(type(scheduler), ())]
    for name in names:
        known = len(getattr(scheduler, name, range(groups)))
        if known != groups:
            raise CourseError(
                f"This {type(scheduler).__name__} knows {known} of the optimizer's {groups} "
                "groups: add every group with join(..., schedulers=[...]) or before the scheduler."
            )


def _reference(template: Group, leaves: Sequence[Any], like: int) -> float:
    """The rate of the template that stands for what `lr` is to the new group."""
    rate = float(template["lr"])
    for scheduler in leaves:
        if not isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
            rate = float(scheduler.base_lrs[like])
    for scheduler in leaves:
        if isinstance(scheduler, lr_scheduler.OneCycleLR):
            rate = float(template["max_lr"])
        if isinstance(scheduler, lr_scheduler.CyclicLR):
            rate = float(scheduler.max_lrs[like])
    if not rate > 0:
        raise CourseError(
            "The group that the new one should follow has a rate of 0, which is in proportion to "
            "nothing: choose another one with like=."
        )
    return rate


def _course(template: Group, leaves: Sequence[Any], scale: float) -> Group:
    """What schedulers have written into the template, for the new group."""
    if not leaves:
        return {}
    made: Group = {
        key: float(template[key]) * scale
        for key in ("initial_lr", "max_lr", "min_lr")
        if key in template
    }
    if any(getattr(scheduler, "cycle_momentum", False) for scheduler in leaves):
        keys = ("momentum", "betas", "base_momentum", "max_momentum")
        made |= {key: template[key] for key in keys if key in template}
    return made


def _floor(schedulers: Any) -> float:
    """`eta_min` of the cosine that is at work alone; 0 where there is none."""
    at_work = _as_list(schedulers)
    while len(at_work) == 1 and type(at_work[0]) in _CONTAINERS:
        (outer,) = at_work
        at_work = list(outer._schedulers)
        if isinstance(outer, lr_scheduler.SequentialLR):
            at_work = [at_work[bisect_right(outer._milestones, outer.last_epoch)]]
    return float(getattr(at_work[0], "eta_min", 0.0)) if len(at_work) == 1 else 0.0
