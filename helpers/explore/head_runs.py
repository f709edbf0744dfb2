"""Heads from their parts, and short runs of them on stored features: lessons 05 and 06.

Article, "How should my classifier look like?": pooling both ways, BatchNorm, Dropout, Linear.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Generator
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn import functional

from helpers import training
from helpers.explore.pooled import BOTH, Pooled, Views
from helpers.explore.probe import Features
from helpers.randomness import seed_of, torch_random_state
from helpers.training.decay import WAYS
from helpers.training.views import EpochBatches, Order

BATCH = 32
LISTEN = 0.03  # seconds of work, at most, before the kernel can look up


@dataclass(frozen=True)
class Parts:
    """What a head is made of.

    Attributes:
        pooling: "average", "maximum" or "both".
        norm: a BatchNorm1d before each Linear.
        eps: of the norms.
        hidden: width of the hidden layer; 0 for none.
        dropout: probability before each Linear; 0 for no Dropout.
        softmax: after the last Linear, which the loss does not expect.
    """

    pooling: str = BOTH
    norm: bool = True
    eps: float = 1e-5
    hidden: int = 256
    dropout: float = 0.35
    softmax: bool = False

    def build(self, width: int, classes: int, seed: int = 0) -> nn.Sequential:
        """The head for features [B, width], with weights that depend on the seed alone."""
        made: list[nn.Module] = []
        sizes = [width, self.hidden, classes] if self.hidden else [width, classes]
        with torch_random_state(seed):
            for number, (before, after) in enumerate(itertools.pairwise(sizes)):
                if number:
                    made.append(nn.ReLU())
                if self.norm:
                    made.append(nn.BatchNorm1d(before, eps=self.eps))
                if self.dropout:
                    made.append(nn.Dropout(self.dropout))
                made.append(nn.Linear(before, after))
        return nn.Sequential(*made, *([nn.Softmax(1)] if self.softmax else []))


@dataclass(frozen=True)
class Layer:
    """A row of the stack: a name, the shape that comes out, numbers that can be trained."""

    name: str
    shape: tuple[int, ...]
    parameters: int

    @property
    def size(self) -> str:
        """The shape of a batch, in words."""
        return f"[B, {', '.join(map(str, self.shape))}]"


def layers(parts: Parts, channels: int, side: tuple[int, int], classes: int) -> list[Layer]:
    """The head from the feature maps to what the loss gets.

    Args:
        parts: what it is made of.
        channels, side: of the feature maps.
        classes: number of outputs.
    """
    pooled = channels * (2 if parts.pooling == BOTH else 1)
    name = "average, maximum" if parts.pooling == BOTH else parts.pooling
    stack = [
        Layer("feature maps", (channels, *side), 0),
        Layer(f"pooling: {name}", (pooled,), 0),
    ]
    with torch.device("meta"):
        head = parts.build(pooled, classes)
    wide = pooled
    for module in head:
        wide = module.out_features if isinstance(module, nn.Linear) else wide
        label = type(module).__name__
        if isinstance(module, nn.BatchNorm1d):
            label += f"  eps {parts.eps:g}"
        if isinstance(module, nn.Dropout):
            label += f"  {parts.dropout:g}"
        stack.append(Layer(label, (wide,), sum(p.numel() for p in module.parameters())))
    return stack


def floor(classes: int) -> float:
    """The lowest loss that a softmax before the loss allows, in nats: ln(1 + (C - 1) / e)."""
    return math.log(1 + (classes - 1) / math.e)


# ----------------------------------------------------------------------------------------- runs


@dataclass(frozen=True)
class Plan:
    """How a head is trained.

    Attributes:
        lr: of Adam, constant.
        epochs: an epoch sees one view of each picture.
        decay: the optimizer's `weight_decay`.
        way: "decoupled" (AdamW) or "L2" (Adam).
        everywhere: biases and norms decay too.
        seed: of the weights, the order and dropout.
    """

    lr: float = 1e-3
    epochs: int = 12
    decay: float = 0.0
    way: str = "decoupled"
    everywhere: bool = False
    seed: int = 0


@dataclass(eq=False)
class Run:
    """What one training gave; lists have a number for every epoch.

    Attributes:
        parameters: how many were trained.
        train_loss: mean over the batches of the epoch, as they were trained on; nats.
        valid_loss, accuracy: on the validation pictures.
        norms: of the weights of each Linear, and of all biases and norms together.
        right: which validation pictures the head names at the end.
    """

    parameters: int
    train_loss: list[float] = field(default_factory=list)
    valid_loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    norms: list[list[float]] = field(default_factory=list)
    right: torch.Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.bool))

    @property
    def end(self) -> float:
        """The last accuracy, a fraction; 0 before the first epoch."""
        return self.accuracy[-1] if self.accuracy else 0.0

    @property
    def error(self) -> float:
        """One standard error of the last accuracy with this many pictures."""
        return math.sqrt(self.end * (1 - self.end) / max(1, len(self.right)))

    def gain(self, other: Run) -> tuple[float, float]:
        """Accuracy won against another run on the same pictures, and its standard error.

        Only pictures that one of the two names and the other does not tell them apart.
        """
        differ = int((self.right != other.right).sum())
        return self.end - other.end, math.sqrt(max(1, differ)) / max(1, len(self.right))


class Trainer:
    """A head in training, and the run that it writes."""

    def __init__(self, parts: Parts, plan: Plan, pooled: Pooled, taught: Views) -> None:
        """Build the head; nothing is trained yet.

        Args:
            parts: of the head.
            plan: how to train it.
            pooled: knows the validation features.
            taught: features to learn from, perhaps with wrong labels.
        """
        columns = pooled.part(parts.pooling)
        self.plan, self._known = (
            plan,
            Features(pooled.valid.values[:, columns], pooled.valid.labels),
        )
        values = taught.values[:, :, columns]
        count, views, width = values.shape
        self.net = parts.build(width, pooled.classes, plan.seed)
        self.run = Run(sum(p.numel() for p in self.net.parameters()))
        self._batches = EpochBatches(
            Order(count, views, True, plan.seed), BATCH, taught.labels, lambda i, k: values[i, k]
        )
        groups = training.decay_groups(self.net, plan.decay)
        self._weights = [m.weight for m in self.net if isinstance(m, nn.Linear)]
        weights = {id(weight) for weight in self._weights}
        self._others = [p for p in self.net.parameters() if id(p) not in weights]
        if plan.everywhere:
            for group in groups:
                group["weight_decay"] = plan.decay
        self._optimizer = WAYS[plan.way](groups, lr=plan.lr, fused=True)

    def training(self, listen: float = LISTEN) -> Generator[float, None, Run]:
        """Train to the end; yields the share done now and then, returns the run."""
        looked, steps = time.perf_counter(), 0
        for epoch in range(self.plan.epochs):
            total = seen = 0.0
            self.net.train()
            for values, labels in self._batches:
                steps += 1
                if len(labels) > 1:  # a BatchNorm cannot normalise a single picture
                    total += self._step(values, labels, steps) * len(labels)
                    seen += len(labels)
                if time.perf_counter() - looked > listen:
                    yield (epoch + seen / len(self._batches.labels)) / self.plan.epochs
                    self.net.train()
                    looked = time.perf_counter()
            self._measure(total / max(1, seen))
        return self.run

    def _step(self, values: torch.Tensor, labels: torch.Tensor, number: int) -> float:
        with torch_random_state(seed_of(self.plan.seed, number)):  # of dropout
            loss = functional.cross_entropy(self.net(values), labels)
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        return float(loss.detach())

    @torch.no_grad()
    def _measure(self, train_loss: float) -> None:
        self.net.eval()
        out = self.net(self._known.values)
        self.run.train_loss.append(train_loss)
        self.run.valid_loss.append(float(functional.cross_entropy(out, self._known.labels)))
        self.run.right = out.argmax(1) == self._known.labels
        self.run.accuracy.append(float(self.run.right.float().mean()))
        norms = [float(weight.norm()) for weight in self._weights]
        self.run.norms.append([*norms, float(nn.utils.get_total_norm(self._others))])


def train(parts: Parts, plan: Plan, pooled: Pooled, taught: Views) -> Run:
    """Train a head from its parts, at once."""
    trainer = Trainer(parts, plan, pooled, taught)
    for _ in trainer.training():
        pass
    return trainer.run
