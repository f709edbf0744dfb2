"""The herbarium: the same pictures everywhere, and a guide to them."""

from __future__ import annotations

import base64
import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from herbarium_pictures import SIZE, in_python, pixels_of
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from PIL import Image

from helpers import data
from helpers.data.flora import splits
from helpers.data.flora.guide import plate
from helpers.data.flora.species import SPECIES
from helpers.errors import CourseError

SAMPLE = """
import hashlib
from helpers.data.flora import splits
digest = hashlib.sha256()
for split in splits.SPLITS:
    for label in range(16):
        digest.update(splits.draw_photograph(split, 0, label, label, 128).tobytes())
print(digest.hexdigest())
"""


def test_the_four_splits_are_as_large_as_the_lessons_say() -> None:
    counts = {split.name: split.per_species * len(SPECIES) for split in splits.SPLITS}
    assert counts == {"train": 320, "valid": 240, "test": 640, "field": 320}


@pytest.mark.timeout(600)
def test_the_published_digests_come_out_of_the_code() -> None:
    drawn = splits._draw_all(draw=0, size=splits.SIZE)
    assert {name: splits.digest_of(pixels) for name, pixels in drawn.items()} == splits.PUBLISHED


def test_the_pictures_do_not_depend_on_the_processor() -> None:
    enabled = [feature for feature in __cpu_dispatch__ if __cpu_features__[feature]]
    if not enabled:
        pytest.skip("this processor has nothing that NumPy could be told not to use")
    plain = in_python(
        SAMPLE, NPY_DISABLE_CPU_FEATURES=" ".join(enabled), OPENBLAS_CORETYPE="Prescott"
    )
    assert in_python(SAMPLE) == plain


def test_a_photograph_depends_on_nothing_but_its_place() -> None:
    train = splits.SPLITS[0]
    first = splits.draw_photograph(train, 0, 3, 7, SIZE)
    np.random.seed(1)
    splits.draw_photograph(train, 0, 4, 7, SIZE)
    assert np.array_equal(splits.draw_photograph(train, 0, 3, 7, SIZE), first)


def test_every_photograph_is_a_different_one(small_herbarium: Path) -> None:
    sets = [data.herbarium(draw, SIZE) for draw in (0, 1)]
    parts = [part for s in sets for part in (s.train, s.valid, s.test, s.field) if part is not None]
    every = [picture.tobytes() for part in parts for picture in pixels_of(part)]
    assert len(set(every)) == len(every) == 2 * 4 * 2 * 16


def test_labels_follow_the_species_except_in_the_field(small_herbarium: Path) -> None:
    herbarium = data.herbarium(size=SIZE)
    assert herbarium.train.labels.tolist() == [label for label in range(16) for _ in range(2)]
    assert herbarium.field is not None
    assert set(herbarium.field.labels.tolist()) == {-1}
    hidden = splits.labels_of(splits.SPLITS[3], draw=0)
    assert sorted(hidden) == herbarium.train.labels.tolist() != hidden


def test_the_size_is_the_one_asked_for() -> None:
    picture = splits.draw_photograph(splits.SPLITS[2], 0, 9, 0, 200)
    assert picture.shape == (200, 200, 3)
    assert picture.dtype == np.uint8


def test_species_that_differ_by_hue_alone_share_their_build() -> None:
    forms = {species.name: species.form for species in SPECIES}
    red, orange = forms["Papalia rubra"], forms["Papalia aurantia"]
    assert dataclasses.replace(red, hue=22) == orange  # type: ignore[type-var]


@pytest.mark.parametrize(
    "wrong", [{"draw": -1}, {"draw": True}, {"draw": 0.5}, {"size": 8}, {"size": 10_000}]
)
def test_a_draw_or_size_out_of_range_is_one_line(wrong: dict[str, Any]) -> None:
    with pytest.raises(CourseError) as caught:
        data.herbarium(**wrong)
    assert "\n" not in str(caught.value)


# ---- the field guide -------------------------------------------------------------------------


def test_the_field_guide_shows_and_tells_every_species() -> None:
    guide = data.field_guide()
    for species in SPECIES:
        assert f"{species.name}, {species.english}: {species.trait}" in guide.alt
    shown = {text.get_text() for text in guide.figure.texts}
    assert {species.name for species in SPECIES} <= shown
    bundle, _ = guide._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).convert("RGB")
    assert picture.width > 1000
    assert len(guide.figure.axes) == len(SPECIES)


def test_no_two_plates_look_the_same() -> None:
    plates = {plate(species, 64).tobytes() for species in SPECIES}
    assert len(plates) == len(SPECIES)
