"""Small networks with the part names of a ResNet and of a DenseNet, and what one does with them.

Everything is drawn with NumPy, in float64: the same on every machine. Activations are smooth, so
that one training step moves every parameter that may move.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from helpers.checks.core import Evidence

SIDE, CLASSES, WIDTH = 4, 4, 3
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


class _Residual(nn.Module):
    def __init__(self, norm: type[nn.Module]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False)
        self.bn1 = norm(WIDTH)
        self.act1 = nn.SiLU()
        self.conv2 = nn.Conv2d(WIDTH, WIDTH, 1, bias=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = x + self.conv2(self.act1(self.bn1(self.conv1(x))))
        return out


class ResNetLike(nn.Module):
    """conv1, bn1, act1, layer1, layer2, ..., avgpool, fc; images [N, 3, 4, 4] -> logits [N, 4].

    Args:
        rng: draws the weights.
        blocks: how many residual blocks each stage has; ten stages or more have a layer1 and a
            layer10.
    """

    def __init__(self, rng: np.random.Generator, blocks: Iterable[int]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        self.act1 = nn.SiLU()
        self.stages = 0
        for number, count in enumerate(blocks, start=1):
            stage = nn.Sequential(*(_Residual(nn.BatchNorm2d) for _ in range(int(count))))
            self.add_module(f"layer{number}", stage)
            self.stages = number
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(WIDTH, CLASSES)
        fill(self, rng)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.act1(self.bn1(self.conv1(images)))
        for number in range(1, self.stages + 1):
            x = self.get_submodule(f"layer{number}")(x)
        logits: torch.Tensor = self.fc(torch.flatten(self.avgpool(x), 1))
        return logits


class _DenseLayer(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(width)
        self.act1 = nn.SiLU()
        self.conv1 = nn.Conv2d(width, 2, 3, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.conv1(self.act1(self.norm1(x)))], dim=1)


class DenseNetLike(nn.Module):
    """Two children only, features and classifier, as in torchvision's DenseNet.

    In features: conv0, norm0, act0, denseblock1, transition1, denseblock2, ..., norm5. The blocks
    consist of denselayer1, denselayer2, ...

    Args:
        rng: draws the weights.
        layers: how many layers each dense block has.
    """

    def __init__(self, rng: np.random.Generator, layers: Iterable[int]) -> None:
        super().__init__()
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            conv0=nn.Conv2d(3, WIDTH, 3, padding=1, bias=False),
            norm0=nn.BatchNorm2d(WIDTH),
            act0=nn.SiLU(),
        )
        counts = [int(count) for count in layers]
        width = WIDTH
        for number, count in enumerate(counts, start=1):
            inner = ((f"denselayer{k + 1}", _DenseLayer(width + 2 * k)) for k in range(count))
            parts[f"denseblock{number}"] = nn.Sequential(OrderedDict(inner))
            width += 2 * count
            if number < len(counts):
                parts[f"transition{number}"] = _transition(width)
                width = WIDTH
        parts["norm5"] = nn.BatchNorm2d(width)
        self.features = nn.Sequential(parts)
        self.classifier = nn.Linear(width, CLASSES)
        fill(self, rng)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = functional.silu(self.features(images))
        logits: torch.Tensor = self.classifier(x.mean(dim=(2, 3)))
        return logits


def _transition(width: int) -> nn.Module:
    parts: OrderedDict[str, nn.Module] = OrderedDict(
        norm=nn.BatchNorm2d(width), act=nn.SiLU(), conv=nn.Conv2d(width, WIDTH, 1, bias=False)
    )
    return nn.Sequential(parts)


def fill(model: nn.Module, rng: np.random.Generator) -> None:
    """Float64 weights and running statistics from NumPy's generator."""
    model.double()
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            values = rng.normal(0, 0.7, tuple(tensor.shape))
            if tensor.dim() > 1:
                values /= np.sqrt(tensor[0].numel())  # activations keep their size over many layers
            if name.endswith("running_var"):
                values = 0.5 + np.abs(values)
            tensor.copy_(torch.from_numpy(values))


def resnet_like(rng: np.random.Generator) -> ResNetLike:
    """Ten to twelve stages of one or two blocks."""
    return ResNetLike(rng, rng.integers(1, 3, size=int(rng.integers(10, 13))))


def densenet_like(rng: np.random.Generator) -> DenseNetLike:
    """Three or four dense blocks of one or two layers."""
    return DenseNetLike(rng, rng.integers(1, 3, size=int(rng.integers(3, 5))))


# --- names and parts ------------------------------------------------------------------------------


def parts_of(model: nn.Module, depth: int) -> list[str]:
    """The dotted names `depth` levels down; a module without children stands for itself."""
    found = []
    for name, child in model.named_children():
        deeper = parts_of(child, depth - 1) if depth > 1 else []
        found += [f"{name}.{inner}" for inner in deeper] or [name]
    return found


def inside(parameter: str, parts: Iterable[str]) -> bool:
    """Whether a parameter, by its dotted name, belongs to one of these parts."""
    return any(parameter.startswith(part + ".") for part in parts)


def within(model: nn.Module, parts: Iterable[str]) -> set[str]:
    """The names of the parameters of these parts."""
    chosen = list(parts)
    return {name for name, _ in model.named_parameters() if inside(name, chosen)}


def norm_parameters(model: nn.Module) -> set[str]:
    """The names of the parameters of all BatchNorm layers."""
    return within(model, [name for name, m in model.named_modules() if isinstance(m, NORMS)])


def trainable(model: nn.Module) -> set[str]:
    """The names of the parameters that require a gradient."""
    return {name for name, p in model.named_parameters() if p.requires_grad}


def freeze_all_but(model: nn.Module, chosen: Collection[str]) -> None:
    """Only the parameters with these names require a gradient."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in chosen)


def names_text(names: Iterable[str], most: int = 4) -> str:
    """A few names for a card, the rest counted."""
    listed = list(names)
    more = [f"and {len(listed) - most} more"] if len(listed) > most else []
    return ", ".join([*listed[:most], *more]) or "none"


# --- training by one step -------------------------------------------------------------------------


def values_of(model: nn.Module) -> dict[str, np.ndarray]:
    """A copy of every parameter, by name."""
    return {name: p.detach().double().numpy().copy() for name, p in model.named_parameters()}


def moved(before: dict[str, np.ndarray], model: nn.Module) -> list[str]:
    """The names of the parameters that are no longer as they were (or no longer there)."""
    after = values_of(model)
    return [name for name, value in before.items() if not _same(value, after.get(name))]


def _same(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is not None and np.array_equal(one, other)


def moved_by_training(model: nn.Module, rng: np.random.Generator) -> list[str]:
    """Take one step of plain SGD over all parameters, in evaluation mode: who moves?"""
    images = torch.from_numpy(rng.normal(size=(6, 3, SIDE, SIDE)))
    labels = torch.from_numpy(rng.integers(0, CLASSES, size=6))
    before = values_of(model)
    model.eval()
    model.zero_grad(set_to_none=True)
    with torch.enable_grad():
        loss = functional.cross_entropy(model(images), labels)
        if loss.requires_grad:
            loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.sub_(parameter.grad)
    return moved(before, model)


def known_gradients(model: nn.Module, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One gradient for every parameter, by name; no number is near zero."""
    return {
        name: rng.uniform(0.3, 2, tuple(p.shape)) * rng.choice([-1.0, 1.0], tuple(p.shape))
        for name, p in model.named_parameters()
    }


def step_with(
    model: nn.Module, step: Callable[[], Any], known: dict[str, np.ndarray], stale: bool
) -> list[np.ndarray]:
    """One step of an optimizer with known gradients: how far did each parameter move?

    Args:
        model: its parameters get the gradients, as a backward pass would give them.
        step: of the optimizer.
        known: the gradients, by name.
        stale: parameters that are frozen have a gradient too, left over from before.

    Returns:
        The way of each parameter in `known`, flat; empty for one that is no longer there.
    """
    before = values_of(model)
    for name, parameter in model.named_parameters():
        if name in known:
            given = parameter.requires_grad or stale
            parameter.grad = torch.from_numpy(known[name].copy()) if given else None
    step()
    after = values_of(model)
    ways = (after[name] - before[name] if name in after else np.empty(0) for name in known)
    return [np.nan_to_num(way, nan=1e9, posinf=1e9, neginf=-1e9).ravel() for way in ways]


def attempt(measure: Callable[..., Any], *args: Any) -> Evidence:
    """Measure something on a model that an answer may have left unusable.

    Returns:
        {"value": what `measure` returned} or {"error": why it could not be measured}.
    """
    try:
        return {"value": measure(*args)}
    except Exception as error:
        text = f"{type(error).__name__}: {' '.join(str(error)[:400].split())}"[:300]
        return {"error": text.encode("utf-8", "replace").decode()}
