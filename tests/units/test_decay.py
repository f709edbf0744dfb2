"""The experiment behind lesson 06: wrong labels, and heads that are trained with decay."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from helpers import training
from helpers.errors import CourseError
from helpers.training.decay import fresh_head, train_with_decay, wrong_labels


def points(count: int, seed: int, classes: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Clouds around a corner for each class, in 8 dimensions."""
    random = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % classes
    centres = 2 * functional.one_hot(labels, 8).float()
    return centres + torch.randn(count, 8, generator=random), labels


@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_exactly_the_share_becomes_wrong(share: float) -> None:
    labels = torch.arange(50) % 4
    made = wrong_labels(labels, share, 4, seed=1)
    assert int((made != labels).sum()) == round(50 * share)
    assert made.min() >= 0 and made.max() <= 3
    assert torch.equal(labels, torch.arange(50) % 4)


def test_a_larger_share_keeps_what_was_wrong() -> None:
    labels = torch.arange(50) % 4
    few, many = wrong_labels(labels, 0.2, 4), wrong_labels(labels, 0.5, 4)
    changed = few != labels
    assert torch.equal(few[changed], many[changed])
    assert not torch.equal(few, wrong_labels(labels, 0.2, 4, seed=1))


@pytest.mark.parametrize(("share", "classes"), [(-0.1, 4), (1.1, 4), (0.5, 1)])
def test_shares_that_do_not_exist_are_refused(share: float, classes: int) -> None:
    with pytest.raises(CourseError):
        wrong_labels(torch.zeros(3, dtype=torch.long), share, classes)


@pytest.mark.parametrize("way", ["decoupled", "L2"])
@pytest.mark.parametrize("hidden", [0, 6])
def test_stronger_decay_gives_smaller_weights(way: str, hidden: int) -> None:
    train, valid = points(40, 0), points(30, 1)
    state = torch.get_rng_state()
    runs = [
        train_with_decay(train, valid, 3, decay, way, hidden, epochs=5, learning_rate=1e-2)
        for decay in (0.0, 1.0, 10.0)
    ]
    assert torch.equal(state, torch.get_rng_state())
    ends = [run.norms[-1] for run in runs]
    assert ends == sorted(ends, reverse=True) and ends[0] > 1.5 * ends[-1]
    assert all(len(run.valid_loss) == 5 for run in runs)


def test_a_run_is_the_optimizers_own() -> None:
    train, valid = points(40, 0), points(30, 1)
    run = train_with_decay(train, valid, 3, 0.5, epochs=2, batch_size=40, seed=3)
    head = fresh_head(8, 3, seed=3)
    optimizer = torch.optim.AdamW(training.decay_groups(head, 0.5), lr=1e-3)
    training.fit(head, [train], epochs=2, optimizer=optimizer, progress=False)
    for ours, theirs in zip(run.head.parameters(), head.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-6)
    assert run.valid_accuracy[-1] == training.evaluate(head, [valid])[1]
    assert abs(run.valid_loss[-1] - training.evaluate(head, [valid])[0]) < 1e-6


def test_a_way_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CourseError, match="decoupled or L2"):
        train_with_decay(points(9, 0), points(9, 1), 3, 0.1, way="L1")
