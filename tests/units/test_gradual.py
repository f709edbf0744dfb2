"""Gradual unfreezing with a range test after each block: what is trained when, and how fast."""

from __future__ import annotations

import pytest
import torch

from helpers import data, models, training
from helpers.data.pictures import ArraySource, Pictures
from helpers.data.transforms import field_transform, plain_transform
from helpers.errors import CourseError
from helpers.training import gradual
from helpers.training.gradual import ADAMW, SAFE, blocks_of, rate_of
from helpers.training.lr_finder import RangeTest


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    """Make twelve noisy pictures of two colours, 32 pixels wide."""
    generator = torch.Generator().manual_seed(0)
    labels = [index % 2 for index in range(12)]
    pixels = torch.randint(0, 90, (12, 32, 32, 3), generator=generator, dtype=torch.uint8)
    for index, label in enumerate(labels):
        pixels[index, :, :, label] += 120
    return Pictures(ArraySource(pixels.numpy(), "two colours"), labels, ("red", "green"), "train")


def run(pictures: Pictures, recipe: training.Recipe, seed: int = 0) -> list[training.Block]:
    model = models.concat_head(models.backbone("lite0", 2, seed, pretrained=False), 2, seed=seed)
    config = models.config_of(model)
    plain = plain_transform(32, config.mean, config.std)
    field = field_transform(32, config.mean, config.std)
    return training.train_gradually(model, pictures, pictures, field, plain, recipe, seed)


def test_blocks_go_from_the_head_towards_the_input() -> None:
    model = models.backbone("lite0", 2, pretrained=False)
    assert blocks_of(model, 3) == [(), ("layer4",), ("layer3", "layer4")]
    with pytest.raises(CourseError, match="The recipe has 9 blocks: lite0 takes 1 to"):
        blocks_of(model, 9)


def test_a_batchnorm_is_no_stage() -> None:
    model = models.backbone("densenet121", 2, pretrained=False)
    assert blocks_of(model, 2)[1] == ("features.denseblock4",)


def test_rates_are_measured_and_never_rise(pictures: Pictures) -> None:
    blocks = run(pictures, training.Recipe(epochs=(1, 1, 1), views=2))
    assert [block.stages for block in blocks] == [(), ("layer4",), ("layer3", "layer4")]
    rates = [block.rate for block in blocks]
    assert rates == sorted(rates, reverse=True)
    for block in blocks:
        assert block.tests
        assert block.history.last is not None
        assert block.history.last.valid_accuracy is not None
        if block.stages and block.tests[0].edge:
            assert block.rate <= block.tests[0].edge / SAFE * (1 + 1e-9)


def test_a_given_rate_needs_no_test(pictures: Pictures) -> None:
    blocks = run(pictures, training.Recipe(epochs=(1, 1), views=1, rate=1e-3))
    assert [(block.rate, block.tests) for block in blocks] == [(1e-3, ()), (1e-3, ())]
    whole = training.whole_history(blocks)
    assert [row.epoch for row in whole.epochs] == [1, 2]
    assert whole.last is not None and blocks[1].history.last is not None
    assert whole.last.loss == blocks[1].history.last.loss


def test_a_block_without_an_epoch_is_refused(pictures: Pictures) -> None:
    with pytest.raises(CourseError, match=r"epochs=\(1, 0\) has a block without an epoch"):
        run(pictures, training.Recipe(epochs=(1, 0)))


def test_what_interrupts_a_block_ends_the_run(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = training.History(interrupted=True)
    monkeypatch.setattr(gradual, "fit", lambda *_, **__: stopped)
    assert run(pictures, training.Recipe(epochs=(1, 1), views=1, rate=1e-3)) == []


def test_the_same_seed_gives_the_same_run(pictures: Pictures) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    recipe = training.Recipe(epochs=(1, 1), views=1)
    first, second = (run(pictures, recipe, seed=3) for _ in range(2))
    assert torch.equal(before, torch.get_rng_state())
    assert [b.rate for b in first] == [b.rate for b in second]
    losses = [[epoch.loss for epoch in block.history.epochs] for block in first]
    assert losses == [[epoch.loss for epoch in block.history.epochs] for block in second]


def flat(edge: float | None, suggestion: float | None) -> RangeTest:
    """Make a test with one rise, or none."""
    rates = [10 ** (k / 10 - 4) for k in range(41)]
    losses = [1.0 if edge is None or rate < edge else 3.5 for rate in rates]
    return RangeTest(rates, losses, losses, None, suggestion, "")


def test_the_edge_is_the_first_rate_that_triples_the_loss() -> None:
    assert flat(0.02, None).edge == pytest.approx(10**-1.6)
    assert flat(None, None).edge is None
    assert RangeTest([], [], [], None, None, "").edge is None


def test_the_rate_is_the_smallest_of_suggestion_edge_and_the_rate_before() -> None:
    edge = 10**-1.6
    assert rate_of([flat(0.02, None)]) == pytest.approx(edge / SAFE)
    assert rate_of([flat(0.02, 1e-3)]) == pytest.approx(1e-3)
    assert rate_of([flat(0.02, 1e-3), flat(0.02, 4e-3)]) == pytest.approx(2e-3)
    assert rate_of([flat(0.02, None)], before=1e-4) == 1e-4
    assert rate_of([flat(None, 5e-4)], before=1e-3) == pytest.approx(5e-4)
    assert rate_of([flat(None, None)], before=2e-4) == 2e-4
    assert rate_of([flat(None, None)]) == ADAMW


def test_the_model_itself_is_trained(pictures: Pictures) -> None:
    model = models.concat_head(models.backbone("lite0", 2, 0, pretrained=False), 2, seed=0)
    config = models.config_of(model)
    plain = plain_transform(32, config.mean, config.std)
    start = {name: p.detach().clone() for name, p in model.named_parameters()}
    recipe = training.Recipe(epochs=(1, 1), views=1, rate=1e-2)
    training.train_gradually(model, pictures, pictures, plain, plain, recipe)
    moved = {n.split(".")[0] for n, p in model.named_parameters() if not torch.equal(p, start[n])}
    assert moved == {"layer4", "fc"}
    assert not any(module.training for module in model.modules())
    logits, _ = training.predict(model, data.batches(pictures.with_transform(plain)))
    assert logits.shape == (12, 2)
