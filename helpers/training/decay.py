"""Weight decay on stored features: a head on what a frozen backbone says, and wrong labels.

Lesson 06, its widget and its benchmark run the same experiment: a head is trained for long on few
pictures, of which some carry a wrong label, and decay is what keeps it from learning those by
heart. Article, "Regularization - Weight Decay".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn import functional

from helpers import models
from helpers.errors import CourseError
from helpers.randomness import seed_of, torch_random_state
from helpers.training.groups import decay_groups
from helpers.training.metrics import accuracy, evaluating

Labelled = tuple[torch.Tensor, torch.Tensor]
"""Features [N, width] and labels [N]."""

WAYS = {"decoupled": torch.optim.AdamW, "L2": torch.optim.Adam}


def wrong_labels(labels: torch.Tensor, share: float, classes: int, seed: int = 0) -> torch.Tensor:
    """Labels of which a share is wrong, each replaced by another class at random.

    Args:
        labels: [N], class indices.
        share: of them to replace, from 0 to 1.
        classes: how many there are, at least 2.
        seed: of the choice. A larger share keeps what a smaller one made wrong, and how.

    Returns:
        New labels [N]; the given ones are left as they were.

    Raises:
        CourseError: a share outside 0 to 1, or fewer than 2 classes.
    """
    if not 0 <= share <= 1:
        raise CourseError(f"share={share!r}: use a number from 0 (none wrong) to 1 (all wrong).")
    if classes < 2:
        raise CourseError("Wrong labels need another class to be wrong about: at least 2 classes.")
    random = torch.Generator().manual_seed(seed_of(seed, classes))
    order = torch.randperm(len(labels), generator=random)
    shifts = torch.randint(1, classes, (len(labels),), generator=random)
    chosen = order[: round(share * len(labels))]
    made = labels.clone()
    made[chosen] = (made[chosen] + shifts[chosen]) % classes
    return made


@dataclass
class DecayRun:
    """What one training with decay gave; lists hold a number for every epoch.

    Attributes:
        head: after training, in eval mode.
        norms: L2 norm of all weights that decay touches, together.
        train_accuracy: on the training pictures, by the labels that were trained on.
        valid_loss, valid_accuracy: on the validation pictures; loss in nats.
        confidence: mean probability of the class that the head names on a validation picture.
    """

    head: nn.Module
    norms: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    valid_loss: list[float] = field(default_factory=list)
    valid_accuracy: list[float] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)


def train_with_decay(
    train: Labelled,
    valid: Labelled,
    classes: int,
    decay: float,
    way: str = "decoupled",
    hidden: int = 0,
    epochs: int = 60,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    seed: int = 0,
) -> DecayRun:
    """Train a head on features at a constant rate, with decay on its weights and not on biases.

    Args:
        train: to learn from; its labels may be wrong on purpose.
        valid: to measure on after each epoch.
        classes: number of outputs.
        decay: the optimizer's `weight_decay`.
        way: "decoupled" (AdamW) or "L2" (Adam).
        hidden: width of a layer between, with a ReLU; 0 for a linear head.
        epochs: passes over the training pictures.
        learning_rate: constant.
        batch_size: the last batch of an epoch may be smaller.
        seed: of the first weights and of the order. The global random state is left as it was.

    Raises:
        CourseError: a way that does not exist, or a decay below 0.
    """
    run = DecayRun(fresh_head(train[0].shape[1], classes, hidden, seed))
    for _ in training_with_decay(run, train, valid, decay, way, epochs, learning_rate, batch_size,
                                 seed):  # fmt: skip
        pass
    return run


def training_with_decay(
    run: DecayRun,
    train: Labelled,
    valid: Labelled,
    decay: float,
    way: str = "decoupled",
    epochs: int = 60,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    seed: int = 0,
) -> Iterator[int]:
    """The same on a run that begins, epoch by epoch: yields how many epochs are done."""
    if way not in WAYS:
        raise CourseError(f"There is no way {way!r} to decay: choose {' or '.join(WAYS)}.")
    groups = decay_groups(run.head, decay)
    optimizer = WAYS[way](groups, lr=learning_rate, fused=True)
    decayed = [p for group in groups[:1] for p in group["params"]]
    order = torch.Generator().manual_seed(seed)
    values, labels = train
    for epoch in range(1, epochs + 1):
        run.head.train()
        for rows in torch.randperm(len(labels), generator=order).split(batch_size):
            loss = functional.cross_entropy(run.head(values[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        _measure(run, decayed, train, valid)
        yield epoch
    run.head.eval()


def fresh_head(width: int, classes: int, hidden: int = 0, seed: int = 0) -> nn.Module:
    """A linear head, or one with a hidden layer and a ReLU; its weights depend on the seed only."""
    if not hidden:
        return models.fresh_linear(width, classes, seed)
    with torch_random_state(seed):
        return nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, classes))


@torch.no_grad()
def _measure(run: DecayRun, decayed: list[nn.Parameter], train: Labelled, valid: Labelled) -> None:
    with evaluating(run.head):
        on_train, on_valid = run.head(train[0]), run.head(valid[0])
    run.norms.append(float(nn.utils.get_total_norm(decayed)))
    run.train_accuracy.append(accuracy(on_train, train[1]))
    run.valid_loss.append(float(functional.cross_entropy(on_valid, valid[1])))
    run.valid_accuracy.append(accuracy(on_valid, valid[1]))
    run.confidence.append(float(on_valid.softmax(1).amax(1).mean()))
