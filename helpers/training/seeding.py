"""Randomness and threads, set in one place."""

from __future__ import annotations

import os
import random

import numpy as np
import torch

from helpers.errors import CourseError


def seed_everything(seed: int) -> torch.Generator:
    """Seed Python, NumPy and torch; return a generator with that seed for a DataLoader.

    On one machine two runs are then equal, bit for bit, for the same number of threads. With
    another number of threads sums are taken in another order, and weights drift apart in their
    last digits.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)


def set_threads(threads: int | None = None) -> int:
    """Choose how many threads torch computes with; return the number in force.

    Args:
        threads: default: the environment variable COURSE_THREADS; without it nothing changes.
            On a machine that is shared, one thread is several times faster than two.

    Raises:
        CourseError: not a whole number of at least 1.
    """
    wanted = os.environ.get("COURSE_THREADS", "") if threads is None else str(threads)
    if wanted:
        if not wanted.isdecimal() or int(wanted) < 1:
            raise CourseError(f"COURSE_THREADS must be a whole number from 1 up, not {wanted!r}.")
        torch.set_num_threads(int(wanted))
    return torch.get_num_threads()
