"""A small herbarium for every test that asks for it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from helpers.data.flora import splits


@pytest.fixture
def small_herbarium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the splits small and the cache empty; return the folder the pictures will be in."""
    small = tuple(dataclasses.replace(split, per_species=2) for split in splits.SPLITS)
    monkeypatch.setattr(splits, "SPLITS", small)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    return tmp_path / "herbarium"
