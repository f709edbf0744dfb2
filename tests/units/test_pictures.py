"""Pictures, the loaders over them, and data sets by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from herbarium_pictures import SIZE, pixels_of
from torchvision.transforms import v2

from helpers import data
from helpers.errors import CourseError


def test_the_fingerprint_names_pictures_labels_and_order(small_herbarium: Path) -> None:
    train = data.herbarium(size=SIZE).train
    assert train.subset(range(len(train))).fingerprint == train.fingerprint
    assert train.with_transform(v2.ToImage()).fingerprint == train.fingerprint
    others = [
        data.herbarium(draw=1, size=SIZE).train,
        data.herbarium(size=SIZE).valid,
        train.subset(range(31)),
        train.subset(list(reversed(range(len(train))))),
    ]
    assert len({other.fingerprint for other in others} | {train.fingerprint}) == 5


def test_a_subset_of_a_subset_keeps_pictures_and_labels_together(small_herbarium: Path) -> None:
    train = data.herbarium(size=SIZE).train
    part = train.subset(torch.tensor([30, 4, 9])).subset([2, 0])
    assert part.labels.tolist() == [train.labels[9], train.labels[30]]
    assert np.array_equal(pixels_of(part), pixels_of(train)[[9, 30]])
    with pytest.raises(IndexError):
        part.picture(2)


def test_a_class_is_found_by_name_and_by_label(small_herbarium: Path) -> None:
    train = data.herbarium(size=SIZE).train
    found = train.of_class("Cyanthe azurea")
    assert found.labels.tolist() == [train.classes.index("Cyanthe azurea")] * 2
    assert np.array_equal(
        pixels_of(found), pixels_of(train.subset(train.labels == found.labels[0]))
    )
    assert train.of_class(15).labels.tolist() == [15, 15]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda train: train.of_class("Cyanthe azure"), "did you mean 'Cyanthe azurea'?"),
        (lambda train: train.of_class("Rosa"), "the first is 'Astrella alba'"),
        (lambda train: train.of_class(16), "labels 0 to 15"),
        (lambda train: train.of_class(None), "no class None"),
        (lambda train: train.subset([0, 32]), "no picture 32 in 'train': it has 32"),
        (lambda train: train.subset(["Astrella alba"]), "of_class(name)"),
        (lambda train: train.with_transform("hue"), "'hue' is not a transform"),
        (lambda train: train.with_transform(v2.RandomRotation), "RandomRotation, a class, is not"),
    ],
)
def test_what_is_not_there_is_one_line(
    small_herbarium: Path, ask: Callable[[data.Pictures], object], words: str
) -> None:
    with pytest.raises(CourseError) as caught:
        ask(data.herbarium(size=SIZE).train)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        (v2.RandomRotation(25), "gives Image, not a tensor"),
        (lambda picture: torch.zeros(3, *np.random.randint(5, 50, 2)), "let it resize and crop"),
    ],
)
def test_what_makes_no_batch_is_one_line(
    small_herbarium: Path, transform: Callable[..., Any], words: str
) -> None:
    loader = data.batches(data.herbarium(size=SIZE).train.with_transform(transform))
    with pytest.raises(CourseError, match=words) as caught:
        list(loader)
    assert "\n" not in str(caught.value)


def test_batches_keep_their_own_order(small_herbarium: Path) -> None:
    train = data.herbarium(size=SIZE).train.with_transform(v2.ToImage())

    def epoch(loader: Any) -> list[int]:
        return [int(label) for _, labels in loader for label in labels]

    torch.manual_seed(5)
    state = torch.get_rng_state()
    loader = data.batches(train, batch_size=5, shuffle=True, seed=1)
    first, second = epoch(loader), epoch(loader)
    assert first != second
    assert sorted(first) == sorted(second) == train.labels.tolist()
    assert epoch(data.batches(train, batch_size=5, shuffle=True, seed=1)) == first
    assert epoch(data.batches(train, batch_size=5, shuffle=True, seed=2)) != first
    assert epoch(data.batches(train, batch_size=5)) == train.labels.tolist()
    assert torch.equal(torch.get_rng_state(), state)
    assert [len(labels) for _, labels in data.batches(train, batch_size=5)] == [5] * 6 + [2]


def test_pictures_without_a_transform_cannot_be_batched(small_herbarium: Path) -> None:
    train = data.herbarium(size=SIZE).train
    with pytest.raises(CourseError, match="with_transform"):
        data.batches(train)
    with pytest.raises(CourseError, match="no pictures"):
        data.batches(train.subset([]))


def test_load_takes_the_name_the_variable_or_the_herbarium(
    small_herbarium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(data.registry.NAMES, "herbarium", lambda: data.herbarium(size=SIZE))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert data.load().name == "herbarium"
    monkeypatch.setenv("COURSE_DATA", "/nowhere/at/all")
    with pytest.raises(CourseError, match="no folder /nowhere/at/all"):
        data.load()
    assert data.load("Herbarium").name == "herbarium"


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(CourseError) as caught:
        data.load("herbarum")
    line = str(caught.value)
    assert "flowers102, herbarium or a folder" in line
    assert "Did you mean 'herbarium'?" in line
    assert "\n" not in line
    with pytest.raises(CourseError, match="int is not the name of a data set"):
        data.load(3)  # type: ignore[arg-type]
    with pytest.raises(CourseError) as caught:
        data.load("qqq")
    assert "Did you mean" not in str(caught.value)
