"""The cache: exactly what training without it gives, and nothing it must not keep."""

from __future__ import annotations

import copy
import errno
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2

from helpers import models, storage, training
from helpers.data.pictures import ArraySource, Pictures
from helpers.data.transforms import field_transform, plain_transform
from helpers.errors import CourseError
from helpers.training import PrefixCache, SeededViews, keys, store

SIDE = 64
HALF = (0.5, 0.5, 0.5)


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "activations"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def make_pictures(count: int = 64) -> Pictures:
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
    pixels = np.stack([np.array(Image.fromarray(p).resize((SIDE, SIDE))) for p in coarse])
    labels = rng.integers(0, 4, count).tolist()
    return Pictures(ArraySource(pixels, f"noise{count}"), labels, list("abcd"), "noise")


def augment(dtype: torch.dtype = torch.float32) -> v2.Compose:
    return v2.Compose(
        [
            v2.RandomRotation(25),
            v2.RandomResizedCrop(SIDE),
            v2.ToImage(),
            v2.ToDtype(dtype, scale=True),
            v2.Normalize(HALF, HALF),
        ]
    )


def frozen(*unfrozen: str, name: str = "lite0", pretrained: bool = True) -> nn.Module:
    model = models.backbone(name, classes=4, pretrained=pretrained)
    models.freeze_backbone(model)
    for stage in unfrozen:
        model.get_submodule(stage).requires_grad_(True)
    return model


def trained(module: nn.Module, batches: training.views.EpochBatches, kind: str) -> None:
    weights = [p for p in module.parameters() if p.requires_grad]
    optimizer: torch.optim.Optimizer = (
        torch.optim.Adam(weights, lr=1e-3)
        if kind == "adam"
        else torch.optim.SGD(weights, lr=1e-2, momentum=0.9)
    )
    training.fit(module, batches, epochs=2, optimizer=optimizer, progress=False)


def largest_difference(a: nn.Module, b: nn.Module) -> float:
    pairs = zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    return max(float((x.double() - y.double()).abs().max()) for x, y in pairs)


# ------------------------------------------------------------------------------- exactness


@pytest.mark.parametrize(
    ("unfrozen", "kind", "memory_format"),
    [
        ((), "adam", torch.channels_last),
        (("layer4",), "sgd", torch.channels_last),
        (("layer3", "layer4"), "adam", torch.channels_last),
        (("layer4",), "sgd", torch.contiguous_format),
    ],
)
def test_training_from_the_cache_is_training_through_pixels(
    unfrozen: tuple[str, ...], kind: str, memory_format: torch.memory_format
) -> None:
    cached = frozen(*unfrozen).to(memory_format=memory_format)
    through_pixels = copy.deepcopy(cached)
    start = copy.deepcopy(cached)
    cache = PrefixCache(cached, make_pictures(), augment(), views=3, progress=False)
    trained(cache.tail, cache.batches(shuffle=True, seed=1), kind)
    trained(through_pixels, cache.uncached_batches(shuffle=True, seed=1), kind)
    assert largest_difference(cached, start) > 1e-3, "something was learned"
    assert largest_difference(cached, through_pixels) <= 1e-5


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "vit_b_16", "mobilenet_v3_small"])
def test_exact_for_other_families_and_ragged_batches(name: str) -> None:
    side = 224 if name == "vit_b_16" else SIDE
    resize = v2.Compose([v2.RandomHorizontalFlip(), v2.Resize(side), *augment().transforms[2:]])
    cached = frozen(name=name, pretrained=False)
    through_pixels = copy.deepcopy(cached)
    cache = PrefixCache(cached, make_pictures(11), resize, views=2, progress=False)
    trained(cache.tail, cache.batches(8, shuffle=True), "sgd")
    trained(through_pixels, cache.uncached_batches(8, shuffle=True), "sgd")
    assert largest_difference(cached, through_pixels) <= 1e-5


def test_ragged_batches_through_stages_are_exact_but_for_rounding() -> None:
    # In double precision rounding is out of the way: what is left would be a real difference.
    cached = frozen("layer4").double()
    through_pixels = copy.deepcopy(cached)
    pictures = make_pictures(40)
    cache = PrefixCache(cached, pictures, augment(torch.float64), views=2, progress=False)
    trained(cache.tail, cache.batches(12, shuffle=True), "sgd")
    trained(through_pixels, cache.uncached_batches(12, shuffle=True), "sgd")
    assert largest_difference(cached, through_pixels) <= 1e-9


def test_a_folded_prefix_is_close_enough_for_a_head() -> None:
    cached = frozen()
    through_pixels = copy.deepcopy(cached)
    cache = PrefixCache(cached, make_pictures(), augment(), views=2, fold=True, progress=False)
    trained(cache.tail, cache.batches(shuffle=True), "adam")
    trained(through_pixels, cache.uncached_batches(shuffle=True), "adam")
    assert largest_difference(cached, through_pixels) <= 1e-5


def test_an_earlier_boundary_gives_the_same_training() -> None:
    late, early = frozen(), frozen()
    first = PrefixCache(late, make_pictures(), augment(), progress=False)
    second = PrefixCache(early, make_pictures(), augment(), boundary="layer3", progress=False)
    assert (first.boundary, second.boundary) == ("fc", "layer3")
    trained(first.tail, first.batches(shuffle=True), "sgd")
    trained(second.tail, second.batches(shuffle=True), "sgd")
    assert largest_difference(late, early) <= 1e-5


def test_the_tail_shares_the_models_parameters() -> None:
    model = frozen("layer4")
    cache = PrefixCache(model, make_pictures(8), augment(), progress=False)
    assert cache.boundary == "layer4"
    assert cache.tail.fc is model.fc and cache.tail.layer4 is model.layer4
    pixels = next(iter(cache.uncached_batches(8)))[0]
    stored = next(iter(cache.batches(8)))[0]
    with torch.no_grad():
        assert torch.allclose(cache.tail(stored), model.eval()(pixels), atol=1e-4)


# ------------------------------------------------------------------------------- views


def test_a_view_is_the_same_in_any_order_and_leaves_no_trace() -> None:
    views = SeededViews(make_pictures(4), augment(), views=3, seed=5)
    torch.manual_seed(1)
    first = views[2, 1]
    after = torch.rand(2)
    views[0, 0], views[3, 2]
    assert torch.equal(views[2, 1], first)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(2), after)
    different = [views[2, 0], views[1, 1], SeededViews(make_pictures(4), augment(), 3, 6)[2, 1]]
    assert not any(torch.equal(first, other) for other in different)


def test_numpy_and_python_are_seeded_too() -> None:
    def noisy(picture: Image.Image) -> torch.Tensor:
        return torch.tensor([random.random(), np.random.rand()])

    views = SeededViews(make_pictures(2), noisy, views=2)
    assert torch.equal(views[1, 1], views[1, 1]) and not torch.equal(views[1, 1], views[1, 0])


def test_epochs_bring_new_orders_and_all_views_in_turn() -> None:
    cache = PrefixCache(frozen(), make_pictures(16), augment(), views=4, progress=False)
    batches = cache.batches(16, shuffle=True, seed=3)
    assert len(batches) == 1
    epochs = [next(iter(batches)) for _ in range(5)]
    assert not torch.equal(epochs[0][1], epochs[1][1])
    rows = [{tuple(row.tolist()) for row in images} for images, _ in epochs]
    assert all(len(row) == 16 for row in rows)
    assert len(rows[0] | rows[1] | rows[2] | rows[3]) == 64, "no view twice in four epochs"
    assert rows[4] <= rows[0] | rows[1] | rows[2] | rows[3]
    again = [next(iter(b)) for b in [cache.batches(16, shuffle=True, seed=3)] for _ in range(2)]
    assert torch.equal(again[0][0], epochs[0][0]) and torch.equal(again[1][0], epochs[1][0])


def test_without_shuffle_the_order_is_the_pictures() -> None:
    pictures = make_pictures(20)
    cache = PrefixCache(frozen(), pictures, augment(), progress=False)
    labels = torch.cat([labels for _, labels in cache.batches(8)])
    assert torch.equal(labels, pictures.labels)


# ------------------------------------------------------------------------------- refusals


def test_refuses_an_unfrozen_prefix() -> None:
    with pytest.raises(CourseError, match=r"conv1 is trainable.*Freeze the first layers"):
        PrefixCache(models.backbone("lite0", classes=4), make_pictures(4), augment())
    mobilenet = models.freeze_backbone(models.backbone("mobilenet_v2", 3, pretrained=False))
    with pytest.raises(CourseError, match=r"classifier.0 comes .* is random.*Cut at classifier.0"):
        PrefixCache(mobilenet, make_pictures(4), augment(), boundary="classifier.1")
    with pytest.raises(CourseError, match="layer3 comes before layer4 and is trainable"):
        PrefixCache(frozen("layer3"), make_pictures(4), augment(), boundary="layer4")
    with pytest.raises(CourseError, match="no boundary 'layer9'"):
        PrefixCache(frozen(), make_pictures(4), augment(), boundary="layer9")


def test_refuses_batchnorm_in_training_mode() -> None:
    model = frozen().train()
    with pytest.raises(CourseError, match=r"bn1 is a BatchNorm.*although its parameters are"):
        PrefixCache(model, make_pictures(4), augment())


def test_refuses_dropout_in_training_mode() -> None:
    model = frozen(name="efficientnet_b0", pretrained=False)
    stochastic = "features.2.1.stochastic_depth"
    model.get_submodule(stochastic).train()
    with pytest.raises(CourseError, match=f"{stochastic} is a Dropout"):
        PrefixCache(model, make_pictures(4), augment())


def test_what_acts_at_random_in_training_is_left_to_the_tail() -> None:
    cache = PrefixCache(
        frozen(name="efficientnet_b0", pretrained=False),
        make_pictures(4),
        augment(),
        progress=False,
    )
    assert cache.boundary == "classifier.0"
    assert [type(part).__name__ for part in cache.tail] == ["Dropout", "Linear"]


def test_refuses_to_serve_what_is_out_of_date() -> None:
    model = frozen()
    cache = PrefixCache(model, make_pictures(4), augment(), progress=False)
    cache.batches()
    model.layer2.requires_grad_(True)
    with pytest.raises(CourseError, match="unfrozen or changed"):
        cache.batches()
    model.layer2.requires_grad_(False)
    with torch.no_grad():
        next(model.layer1.parameters()).mul_(2)
    with pytest.raises(CourseError, match="unfrozen or changed"):
        cache.batches()


def test_refuses_nothing_to_train_and_nothing_to_see() -> None:
    with pytest.raises(CourseError, match="unfreeze the head"):
        PrefixCache(frozen().requires_grad_(False), make_pictures(4), augment())
    with pytest.raises(CourseError, match="at least one picture"):
        PrefixCache(frozen(), make_pictures(4).subset([]), augment())


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        ("hue", "'hue' is not a transform"),
        (v2.RandomRotation, "a class, is not a transform"),
        (v2.RandomRotation(25), "gives Image, not a tensor"),
        (lambda picture: torch.zeros(3, random.randint(32, 96), 64), "different shapes"),
    ],
)
def test_a_transform_that_makes_no_batch_is_one_line(transform: Any, words: str) -> None:
    with pytest.raises(CourseError, match=words) as caught:
        build(transform)
    assert "\n" not in str(caught.value)


# ------------------------------------------------------------------------------- on disk


def build(
    transform: Callable[..., torch.Tensor] | None = None,
    model: nn.Module | None = None,
    **more: int,
) -> PrefixCache:
    return PrefixCache(
        model or frozen(), make_pictures(6), transform or augment(), progress=False, **more
    )


def values(cache: PrefixCache) -> torch.Tensor:
    return torch.cat([images for images, _ in cache.batches()])


def test_the_second_time_comes_from_disk() -> None:
    first, second = build(), build()
    assert (first.from_disk, second.from_disk) == (False, True)
    assert torch.equal(values(first), values(second))


def test_whatever_matters_changes_the_key() -> None:
    build()
    changed = frozen()
    with torch.no_grad():
        changed.layer2[0].bn1.running_mean.add_(1e-3)
    assert not build(model=changed).from_disk
    assert not build(views=2).from_disk
    assert not build(seed=1).from_disk
    assert not build(plain_transform(SIDE, HALF, HALF)).from_disk
    rotated = augment()
    rotated.transforms[0] = v2.RandomRotation(26)
    assert not build(rotated).from_disk
    half = v2.Compose([*augment().transforms[:3], v2.ToDtype(torch.float64, scale=True)])
    assert keys.describe(half) != keys.describe(v2.Compose(augment().transforms[:4]))
    other = make_pictures(6).subset([0, 1, 2, 3, 5, 4])
    assert not PrefixCache(frozen(), other, augment(), progress=False).from_disk
    assert build().from_disk


def test_the_head_does_not_change_the_key() -> None:
    build()
    model = models.freeze_backbone(models.backbone("lite0", classes=4, seed=9))
    assert build(model=model).from_disk


def test_transforms_that_cannot_be_told_apart_stay_in_memory(cache_folder: Path) -> None:
    assert not build(v2.Compose([*augment().transforms, v2.Lambda(lambda x: x)])).from_disk
    assert not build(lambda picture: augment()(picture)).from_disk
    assert not list(cache_folder.glob("*.act"))
    assert keys.describe(field_transform(SIDE, HALF, HALF)) is not None


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_file_is_built_again(cache_folder: Path, damage: str) -> None:
    expected = values(build())
    (file,) = cache_folder.glob("*.act")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes({"flip": content, "cut": content[:1000], "empty": b""}[damage])
    again = build()
    assert not again.from_disk and torch.equal(values(again), expected)
    assert build().from_disk


def test_a_full_disk_costs_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cache_folder: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    expected = values(build())
    next(cache_folder.glob("*.act")).unlink()
    capsys.readouterr()
    monkeypatch.setattr(storage.os, "fsync", full)
    cache = build()
    out = capsys.readouterr()
    assert out.out.count("\n") == 1 and "disk is full" in out.out and out.err == ""
    assert torch.equal(values(cache), expected)


def test_an_unwritable_folder_costs_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocker = tmp_path / "blocker"
    blocker.write_text("a file where a folder should be")
    monkeypatch.setenv("COURSE_CACHE", str(blocker))
    cache = build()
    out = capsys.readouterr()
    assert out.out.count("\n") == 1 and "in memory" in out.out and out.err == ""
    assert len(values(cache)) == 6


def test_old_activations_make_room(tmp_path: Path) -> None:
    for age, name in enumerate(("new", "middle", "old")):
        file = tmp_path / f"{name}.act"
        file.write_bytes(bytes(100))
        os.utime(file, (1000 - age, 1000 - age))
    store.make_room(tmp_path, 100, limit=300)
    assert sorted(file.stem for file in tmp_path.glob("*.act")) == ["middle", "new"]


def test_train_head_starts_afresh() -> None:
    model, pictures, plain = frozen(), make_pictures(24), plain_transform(SIDE, HALF, HALF)
    runs = []
    for _ in range(2):
        torch.rand(1)
        history, tail = training.train_head(
            model, pictures, pictures, augment(), plain, views=2, epochs=3
        )
        runs.append(([row.loss for row in history.epochs], tail.fc.weight.detach().clone()))
    assert runs[0][0] == runs[1][0] and torch.equal(runs[0][1], runs[1][1])
    assert tail.fc is model.fc
