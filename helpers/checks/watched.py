"""A small classifier that notes how it is used, and batches for it, drawn from a seed."""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from helpers.checks.core import Evidence

SIDE = 6  # pixels
#: The layers of `WatchedModel` whose running statistics a forward pass in training mode moves.
BATCHNORMS = frozenset({"stage1.1", "stage2.1"})


class Log:
    """What happened in every forward pass; a copy of the model writes into the same log."""

    def __init__(self) -> None:
        self.passes: list[Evidence] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "Log":
        return self


class WatchedModel(nn.Module):
    """Two stages with BatchNorm, dropout, a linear head: images [N, 3, 6, 6] -> logits [N, C].

    `log.passes` has one entry for each forward pass: which modules were in training mode, and
    whether autograd recorded it.
    """

    def __init__(self, rng: np.random.Generator, classes: int) -> None:
        super().__init__()
        self.stage1 = nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU())
        self.stage2 = nn.Sequential(nn.Conv2d(6, 6, 3), nn.BatchNorm2d(6), nn.ReLU())
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(6 * (SIDE - 4) ** 2, classes)
        self.log = Log()
        _fill(self, rng)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        features = self.stage2(self.stage1(images)).flatten(1)
        logits = self.fc(self.dropout(features))
        if len(self.log.passes) < 200:
            modes = modes_of(self)
            self.log.passes.append({"modes": modes, "graph": bool(logits.requires_grad)})
        return logits


def _fill(model: nn.Module, rng: np.random.Generator) -> None:
    """Parameters and running statistics from NumPy's generator: the same on every machine."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            values = rng.normal(0, 0.7, tuple(tensor.shape))
            if name.endswith("running_var"):
                values = 0.5 + np.abs(values)
            tensor.copy_(torch.from_numpy(values))


def freeze_first_stage(model: WatchedModel) -> WatchedModel:
    """Training mode, except for a frozen stage that stays in evaluation mode."""
    model.train()
    model.stage1.eval()
    return model


def modes_of(model: nn.Module) -> Evidence:
    """`training` of every module, by dotted name ("model" for the whole)."""
    return {name or "model": bool(module.training) for name, module in model.named_modules()}


def trainable(model: nn.Module) -> bool:
    """Whether every parameter of the model would learn."""
    return all(parameter.requires_grad for parameter in model.parameters())


def statistics_of(model: nn.Module) -> np.ndarray:
    """All running statistics of BatchNorm in one array."""
    kept = [b.flatten() for n, b in model.named_buffers() if "running" in n]
    return torch.cat(kept).double().numpy().copy()


def images_and_labels(
    rng: np.random.Generator, model: WatchedModel, pictures: int, hit_rate: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures, and labels that the model in evaluation mode gets right at about `hit_rate`."""
    images = torch.from_numpy(rng.normal(size=(pictures, 3, SIDE, SIDE))).float()
    best = quiet_logits(model, images).argmax(dim=1).numpy()
    classes = model.fc.out_features
    other = (best + rng.integers(1, classes, size=pictures)) % classes
    labels = np.where(rng.random(pictures) < hit_rate, best, other)
    return images, torch.from_numpy(labels)


def quiet_logits(model: WatchedModel, images: torch.Tensor) -> torch.Tensor:
    """Logits in evaluation mode without a graph; mode and log stay as they were."""
    modes = {module: module.training for module in model.modules()}
    passes = len(model.log.passes)
    model.eval()
    with torch.no_grad():
        logits = model(images)
    del model.log.passes[passes:]
    for module, training in modes.items():
        module.training = training
    return logits


def decided(model: WatchedModel, images: torch.Tensor) -> bool:
    """Whether no picture is a near tie, which another machine's rounding could decide otherwise."""
    top = quiet_logits(model, images).topk(2, dim=1).values
    return bool((top[:, 0] - top[:, 1]).min() > 1e-3)


def loader(images: torch.Tensor, labels: torch.Tensor, batch_size: int) -> DataLoader[Any]:
    """Batches as the lesson's: a DataLoader without shuffling, the last batch smaller."""
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size)
