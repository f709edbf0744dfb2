"""Networks for the exercises on which parameters decay, drawn from a seed."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from helpers.checks.networks import fill, freeze_all_but, within

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)


class _Block(nn.Module):
    """Norms with names that do not say so, and a layer whose name sounds like a norm's."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.GroupNorm(1, width)
        self.normal = nn.Linear(width, width)
        self.bias_head = nn.Linear(width, width)
        self.second = nn.LayerNorm(width)
        self.third = nn.RMSNorm(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.silu(self.normal(self.first(x)))
        out: torch.Tensor = self.third(self.second(self.bias_head(x)))
        return out


class _Flat(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(2).mean(2)


def plain_net(rng: np.random.Generator) -> nn.Module:
    """Convolution, BatchNorm, a head; nothing frozen or shared."""
    width = int(rng.integers(3, 6))
    model = nn.Sequential(
        nn.Conv2d(3, width, 3), nn.BatchNorm2d(width), nn.SiLU(), _Flat(),
        nn.Linear(width, 4), nn.BatchNorm1d(4), nn.SiLU(), nn.Linear(4, 3),
    )  # fmt: skip
    fill(model, rng)
    return model


def many_norms(rng: np.random.Generator) -> nn.Module:
    """Norms of many kinds, one with two dimensions, an embedding, misleading names."""
    width = int(rng.integers(3, 6))
    model = nn.ModuleDict({
        "words": nn.Embedding(5, width),
        "layers": nn.ModuleList([_Block(width) for _ in range(2)]),
        "sheet": nn.Sequential(nn.LayerNorm([2, width])),
        "downsample": nn.Sequential(nn.Conv1d(width, width, 1, bias=False), nn.BatchNorm1d(width)),
        "head": nn.Linear(width, 3),
    })  # fmt: skip
    fill(model, rng)
    return model


def tied_and_frozen(rng: np.random.Generator) -> nn.Module:
    """A weight that two layers share; some of each kind of parameter frozen."""
    width = int(rng.integers(3, 6))
    model = nn.ModuleDict({
        "stem": nn.Sequential(nn.Conv2d(3, width, 3), nn.BatchNorm2d(width)),
        "body": nn.Sequential(nn.Conv2d(width, width, 1), nn.BatchNorm2d(width)),
        "encode": nn.Linear(width, width),
        "again": nn.Linear(width, width),
        "head": nn.Linear(width, 3),
    })  # fmt: skip
    model["again"].weight = model["encode"].weight
    fill(model, rng)
    freeze_all_but(model, within(model, ["body", "encode", "again", "head"]))
    return model


class _Scaled(nn.Module):
    """Trainable numbers that belong to no layer: one, and one for each feature."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.temperature = nn.Parameter(torch.ones(()))
        self.scale = nn.Parameter(torch.ones(width))
        self.table = nn.Parameter(torch.ones(2, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = (x * self.scale + self.table.sum(0)) / self.temperature
        return out


def scaled_net(rng: np.random.Generator) -> nn.Module:
    """Parameters with one dimension or none that are neither biases nor a norm's."""
    width = int(rng.integers(3, 6))
    model = nn.Sequential(
        nn.Linear(3, width), nn.PReLU(width), _Scaled(width), nn.LayerNorm(width),
        nn.Linear(width, 3),
    )  # fmt: skip
    fill(model, rng)
    return model


def norm_names(model: nn.Module) -> set[str]:
    """The names of the parameters that belong to a norm."""
    return within(model, [name for name, m in model.named_modules() if isinstance(m, NORMS)])


def decaying(model: nn.Module) -> set[str]:
    """The names of the trainable parameters that should decay."""
    norms = norm_names(model)
    return {
        name
        for name, p in model.named_parameters()
        if p.requires_grad and p.ndim >= 2 and name not in norms
    }


def names_by_id(model: nn.Module) -> dict[int, str]:
    """The first name of each parameter, by the identity of the parameter."""
    return {id(p): name for name, p in model.named_parameters()}
