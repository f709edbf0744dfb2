"""Grad-CAM: where in a picture a network found what it says (Selvaraju et al., arXiv 1610.02391).

Each channel of the last feature maps counts as much as the class's logit (over the mean of all of
them) grows with it, on average over the map; what the weighted channels add up to, where they
speak for the class, is the heat.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from helpers.errors import CourseError
from helpers.training.metrics import evaluating

FINE = 12
"""Cells a side that a map should have: a network of stride 32 gives four for 128 pixels."""
MOST_MOVES = 3
"""Looks in each direction, nine in all: beyond that little is gained."""


@dataclass(frozen=True)
class Heat:
    """What a network says of one picture, and where it found it.

    Attributes:
        logits: [classes], on the CPU.
        target: the class that the map explains.
        map: [h, w], over the whole picture, between 0 and 1; all zeros where nothing in the
            picture speaks for the class. None where the network has no feature maps, or hides
            them from the gradient.
        features: [channels], the mean of each of the last feature maps; None without any.
    """

    logits: torch.Tensor
    target: int
    map: torch.Tensor | None
    features: torch.Tensor | None


def heat(
    model: nn.Module, image: torch.Tensor, target: int | None = None, fine: int = FINE
) -> Heat:
    """The logits of one picture, and the map of a class: by default of the one it names.

    The last feature maps of a network are coarse. So the picture is looked at several times, each
    time moved by a part of a cell, and the maps are moved back and averaged.

    The model is left as it was found: its weights, their gradients and what is trainable, the mode
    of every module, its hooks; so is the image. Frozen networks will do, on any device.

    Args:
        model: a network that takes [1, 3, H, W] and returns logits [1, classes].
        image: [3, H, W], normalised as the model expects.
        target: the class to explain.
        fine: how many cells a side the map should have at least; 1 for a single look.

    Raises:
        CourseError: what the model returns is not a row of finite logits; there is no such class.
    """
    # A graph even where every weight is frozen, and where the caller has switched it off.
    with torch.inference_mode(False), torch.enable_grad(), evaluating(model):
        first = _look(model, image, target)
        if first.map is None:
            return first
        times = min(MOST_MOVES, math.ceil(fine / max(first.map.shape)))
        if times <= 1:
            return replace(first, map=_from_zero_to_one(first.map))
        moves = _moves(image, first.map, times)
        found = [_moved(model, image, first.target, move) for move in moves]
        return replace(first, map=_from_zero_to_one(torch.stack(found).mean(0)))


def _look(model: nn.Module, image: torch.Tensor, target: int | None) -> Heat:
    """One pass forward, and one back as far as the last maps; the map is not scaled."""
    at = next(model.parameters(), image)
    with last_maps(model) as seen:
        batch = image.detach()[None].to(at.device, at.dtype, copy=True).requires_grad_()
        answer = model(batch)
    logits = _one_row(answer)
    chosen = int(logits.argmax()) if target is None else target
    if not 0 <= chosen < len(logits):
        raise CourseError(f"There is no class {chosen}: the model knows {len(logits)}.")
    # What counts in a softmax is how far a logit stands out; the same for all of them is nothing.
    found = _map(seen, logits[chosen] - logits.mean())
    features = mean_maps(seen)[0] if seen else None
    return Heat(logits.detach().float().cpu(), chosen, found, features)


def _moves(image: torch.Tensor, coarse: torch.Tensor, times: int) -> list[tuple[int, int]]:
    """By how many pixels to move the picture down and to the right: a grid within one cell."""
    cells = zip(image.shape[-2:], coarse.shape, strict=True)
    down, right = (
        [round(pixels / count * ((k + 0.5) / times - 0.5)) for k in range(times)]
        for pixels, count in cells
    )
    return [(y, x) for y in down for x in right]


def _moved(
    model: nn.Module, image: torch.Tensor, target: int, move: tuple[int, int]
) -> torch.Tensor:
    """The map [H, W] of the picture moved by `move`, moved back."""
    y, x = move
    height, width = image.shape[-2:]
    room = max(abs(y), abs(x))
    padded = functional.pad(image.detach()[None], [room] * 4, mode="replicate")[0]
    window = padded[:, room - y : room - y + height, room - x : room - x + width]
    found = _look(model, window, target).map
    assert found is not None
    wide = functional.interpolate(
        found[None, None], size=(height, width), mode="bilinear", align_corners=False
    )
    back = functional.pad(wide, [room] * 4, mode="replicate")[0, 0]
    return back[room + y : room + y + height, room + x : room + x + width]


def _from_zero_to_one(found: torch.Tensor) -> torch.Tensor:
    largest = float(found.max())
    return found / largest if largest > 0 else found


def mean_maps(seen: list[torch.Tensor]) -> torch.Tensor:
    """[N, channels] on the CPU: the mean of each feature map that `last_maps` has seen."""
    return seen[0].detach().mean((2, 3)).float().cpu()


@contextmanager
def last_maps(model: nn.Module) -> Iterator[list[torch.Tensor]]:
    """A list that holds, after a forward pass, the last feature maps with a height and a width.

    Whatever goes into a module or comes out of one is looked at, so it does not matter how a
    network names its parts or which head is on it. What is worked on in place afterwards (the ReLU
    of a DenseNet) is the same tensor, and held as it then is.
    """
    seen: list[torch.Tensor] = []

    def look(given: Any) -> None:
        for value in given if isinstance(given, tuple) else (given,):
            if isinstance(value, torch.Tensor) and value.ndim == 4 and value[0, 0].numel() > 1:
                seen[:] = [value]

    hooks = []
    try:
        for module in model.modules():
            if module is not model:
                hooks.append(module.register_forward_pre_hook(lambda _, given: look(given)))
                hooks.append(module.register_forward_hook(lambda _, given, out: look(out)))
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _one_row(answer: Any) -> torch.Tensor:
    if not isinstance(answer, torch.Tensor) or answer.ndim != 2 or len(answer) != 1:
        found = list(answer.shape) if isinstance(answer, torch.Tensor) else type(answer).__name__
        raise CourseError(
            f"For one picture the model returns {found}, not logits [1, classes]: give the whole "
            "network, from the picture to the logits."
        )
    if not answer.isfinite().all():
        raise CourseError("The model's logits are not finite: it diverged; train it anew.")
    return answer[0]


def _map(seen: list[torch.Tensor], logit: torch.Tensor) -> torch.Tensor | None:
    if not seen or not seen[0].requires_grad or not logit.requires_grad:
        return None
    (gradient,) = torch.autograd.grad(logit, seen[0], allow_unused=True)
    if gradient is None:
        return None
    weights = gradient.mean((2, 3), keepdim=True)
    return (weights * seen[0].detach()).sum(1)[0].clamp(min=0).float().cpu()
