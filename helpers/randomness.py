"""Random states that are set for a while and then left as they were."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import torch


@contextlib.contextmanager
def random_state(*numbers: int) -> Iterator[None]:
    """Python's, NumPy's and torch's generators seeded from these numbers, for a while."""
    python, numpy = random.getstate(), np.random.get_state()
    seed = seed_of(*numbers)
    random.seed(seed)
    np.random.seed(seed)
    try:
        with torch_random_state(seed):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


@contextlib.contextmanager
def torch_random_state(seed: int) -> Iterator[None]:
    """torch's generator as after `torch.manual_seed(seed)`, for a while.

    `torch.manual_seed` itself would also queue a call for every GPU, which costs more than a
    transform.
    """
    state = torch.get_rng_state()
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(state)


def seed_of(*numbers: int) -> int:
    """One seed, from 0 to 2**32 - 1, for several numbers: other numbers give another seed."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
