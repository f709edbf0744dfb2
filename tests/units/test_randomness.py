"""Random states are seeded for a while, and left as they were."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from helpers.randomness import random_state, seed_of, torch_random_state


def drawn() -> tuple[float, float, float]:
    return random.random(), float(np.random.random()), float(torch.rand(()))


def test_torch_alone_is_as_after_manual_seed() -> None:
    before = torch.get_rng_state()
    with torch_random_state(7):
        first = torch.rand(3)
    assert torch.equal(torch.get_rng_state(), before)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        assert torch.equal(torch.rand(3), first)


def test_all_three_repeat_themselves_and_differ_between_numbers() -> None:
    draws = []
    for numbers in ((1, 2), (1, 2), (2, 1)):
        with random_state(*numbers):
            draws.append(drawn())
    assert draws[0] == draws[1]
    assert all(a != b for a, b in zip(draws[0], draws[2], strict=True))
    assert seed_of(1, 2) != seed_of(2, 1)


def test_an_error_inside_leaves_the_states_as_they_were() -> None:
    python, torchs = random.getstate(), torch.get_rng_state()
    numpy = np.random.get_state()[1].copy()  # type: ignore[index]
    with pytest.raises(KeyError), random_state(3):
        drawn()
        raise KeyError
    assert random.getstate() == python
    assert np.array_equal(np.random.get_state()[1], numpy)  # type: ignore[index]
    assert torch.equal(torch.get_rng_state(), torchs)
