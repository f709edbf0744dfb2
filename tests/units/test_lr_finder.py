"""The learning-rate range test: what it finds, and that nothing shows that it was there."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from helpers import training
from helpers.errors import CourseError
from helpers.training import lr_finder
from helpers.training.lr_finder import lr_at, lr_band, range_test, smooth, suggest_lr
from helpers.training.undo import undone
from helpers.training.views import EpochBatches, Order

Batch = tuple[torch.Tensor, torch.Tensor]
WIDTH, CLASSES = 8, 3


def blobs(count: int = 192, seed: int = 0) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, CLASSES, (count,), generator=generator)
    centres = torch.randn(CLASSES, WIDTH, generator=torch.Generator().manual_seed(99)) * 2
    return centres[labels] + torch.randn(count, WIDTH, generator=generator), labels


def batches(size: int = 16) -> list[Batch]:
    images, labels = blobs()
    return list(zip(images.split(size), labels.split(size), strict=True))


def epochs(shuffle: bool = True, seed: int = 0) -> EpochBatches:
    images, labels = blobs()
    order = Order(len(labels), 1, shuffle, seed)
    return EpochBatches(order, 16, labels, lambda indices, views: images[indices])


def net(seed: int = 0) -> nn.Sequential:
    """A frozen stem with statistics, then layers that learn, with dropout and statistics."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        stem = nn.Sequential(nn.Linear(WIDTH, 16), nn.BatchNorm1d(16), nn.ReLU())
        model = nn.Sequential(
            stem, nn.Linear(16, 16), nn.BatchNorm1d(16), nn.Dropout(0.2), nn.Linear(16, CLASSES)
        )
    stem.requires_grad_(False)
    return model


def groups(model: nn.Module, body: float = 0.01, head: float = 0.1) -> list[dict[str, Any]]:
    return [
        {"params": list(model[1].parameters()) + list(model[2].parameters()), "lr": body},
        {"params": list(model[4].parameters()), "lr": head},
    ]


OPTIMIZERS: dict[str, Callable[[nn.Module], torch.optim.Optimizer]] = {
    "sgd": lambda model: torch.optim.SGD(groups(model), momentum=0.9, nesterov=True),
    "adam": lambda model: torch.optim.Adam(groups(model)),
    "adamw": lambda model: torch.optim.AdamW(groups(model), weight_decay=0.1, amsgrad=True),
}


def train_a_little(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Three steps: momentum, statistics and gradients come about."""
    training.training_mode(model)
    for images, labels in batches()[:3]:
        optimizer.zero_grad()
        functional.cross_entropy(model(images), labels).backward()
        optimizer.step()


# ---------------------------------------------------------------------- what was, and what is


class Snapshot:
    """Everything a test could leave changed: the objects themselves, and copies of them."""

    def __init__(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, scaler: Any = None
    ) -> None:
        self.model, self.optimizer, self.scaler = model, optimizer, scaler
        self.objects, self.values = self.look()

    def look(self) -> tuple[list[int], list[Any]]:
        objects: list[int] = []
        values: list[Any] = []

        def note(thing: Any) -> None:
            if isinstance(thing, torch.Tensor):
                objects.append(id(thing))
                values.append(thing.detach().clone())
            else:
                values.append(thing)

        for name, tensor in [*self.model.named_parameters(), *self.model.named_buffers()]:
            note(name), note(tensor)
        for parameter in self.model.parameters():
            note(parameter.grad), note(parameter.requires_grad)
        for module in self.model.modules():
            note(module.training)
        for group in self.optimizer.param_groups:
            for key, value in group.items():
                if key == "params":
                    objects.extend(id(parameter) for parameter in value)
                else:
                    note(key), note(value)
        for parameter, state in self.optimizer.state.items():
            objects.append(id(parameter))
            for key, value in state.items():
                note(key), note(value)
        note(sorted(vars(self.optimizer)))
        if self.scaler is not None:
            for key, value in vars(self.scaler).items():
                note(key), note(dict(value) if isinstance(value, dict) else value)
        note(random.getstate()), note(np.random.get_state()[1].tolist())
        note(np.random.get_state()[2])
        values.append(torch.get_rng_state())
        return objects, values

    def differences(self) -> list[str]:
        objects, values = self.look()
        if len(values) != len(self.values):
            return [f"{len(values)} things rather than {len(self.values)}"]
        changed = [] if objects == self.objects else ["tensors are other objects"]
        for before, after in zip(self.values, values, strict=True):
            if isinstance(before, torch.Tensor):
                same = isinstance(after, torch.Tensor) and before.dtype == after.dtype
                # By bits: a NaN equals itself, and 0.0 is not -0.0.
                same = same and before.numpy().tobytes() == after.numpy().tobytes()
            else:
                same = before == after
            if not same:
                changed.append(f"{before} -> {after}")
        return changed


def made(name: str, state: bool = True) -> tuple[nn.Module, torch.optim.Optimizer, Snapshot]:
    training.seed_everything(3)
    model = net()
    optimizer = OPTIMIZERS[name](model)
    if state:
        train_a_little(model, optimizer)
    model.train()
    model[2].eval()
    return model, optimizer, Snapshot(model, optimizer)


class Interrupting(list):
    """Batches during which something goes wrong, at the n-th one."""

    def __init__(self, content: list[Batch], after: int, error: BaseException) -> None:
        super().__init__(content)
        self.left, self.error = after, error

    def __iter__(self) -> Iterator[Batch]:
        for batch in super().__iter__():
            self.left -= 1
            if self.left < 0:
                raise self.error
            random.random(), np.random.rand(), torch.rand(1)
            yield batch


@pytest.mark.parametrize("seed", [None, 5])
@pytest.mark.parametrize("state", [True, False], ids=["with state", "without"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_nothing_is_changed(name: str, state: bool, seed: int | None) -> None:
    model, optimizer, before = made(name, state)
    result = range_test(model, Interrupting(batches(), 999, OSError()), optimizer, seed=seed)
    assert len(result.losses) > 50
    assert before.differences() == []
    assert state or len(optimizer.state) == 0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_nothing_is_changed_by_a_second_test(name: str) -> None:
    model, optimizer, before = made(name)
    first = range_test(model, batches(), optimizer)
    assert range_test(model, batches(), optimizer) == first
    assert before.differences() == []


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_interrupt_ends_it_cleanly(name: str) -> None:
    model, optimizer, before = made(name)
    trap = Interrupting(batches(), 30, KeyboardInterrupt())
    result = range_test(model, trap, optimizer)
    assert before.differences() == []
    assert result.interrupted and len(result.losses) == 30
    assert result.suggestion is None and result.reason == "interrupted after 30 of 100 steps"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_error_in_the_batches_passes_through(name: str) -> None:
    model, optimizer, before = made(name)
    with pytest.raises(OSError, match="unreadable"):
        range_test(model, Interrupting(batches(), 30, OSError("unreadable")), optimizer)
    assert before.differences() == []


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_loss_that_is_not_finite_stops_it(name: str, bad: float) -> None:
    model, optimizer, before = made(name)
    seen = 0

    def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        nonlocal seen
        seen += 1
        return functional.cross_entropy(logits, labels) * (bad if seen == 20 else 1)

    result = range_test(model, batches(), optimizer, loss=loss)
    assert before.differences() == []
    assert len(result.losses) == len(result.lrs) == 19
    assert all(math.isfinite(value) for value in result.losses)
    assert result.stopped is not None and str(bad) in result.stopped


def test_weights_that_became_nan_come_back() -> None:
    model, optimizer, before = made("sgd")
    with undone(model, optimizer), torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(math.nan)
        model[2].running_mean = torch.full((16,), math.nan)
    assert before.differences() == []


def test_a_group_that_joined_is_gone_again() -> None:
    model, optimizer, before = made("sgd")
    with undone(model, optimizer):
        optimizer.add_param_group({"params": [nn.Parameter(torch.ones(1))]})
    assert before.differences() == []


def test_a_change_behind_the_version_counter_is_seen() -> None:
    model, optimizer, before = made("sgd")
    with undone(model, optimizer):
        model[1].weight.data.zero_()
        model[1].weight.data = torch.ones(16, 16)
    assert before.differences() == []


def test_another_interrupt_while_undoing() -> None:
    model, optimizer, before = made("sgd")
    interrupts = 2

    class Stubborn(dict):
        def clear(self) -> None:
            nonlocal interrupts
            super().clear()
            interrupts -= 1
            if interrupts >= 0:
                raise KeyboardInterrupt

    optimizer.param_groups[0] = Stubborn(optimizer.param_groups[0])
    with pytest.raises(KeyboardInterrupt):
        range_test(model, batches(), optimizer)
    assert interrupts < 0 and before.differences() == []


def test_tensors_that_do_not_change_are_not_touched() -> None:
    model, optimizer, _ = made("adam")
    versions = [t._version for t in [*model[0].parameters(), *model[0].buffers()]]
    range_test(model, batches(), optimizer)
    assert [t._version for t in [*model[0].parameters(), *model[0].buffers()]] == versions


def test_gradients_that_were_there_are_the_same_tensors() -> None:
    model, optimizer, _ = made("sgd")
    stale = model[0][0].weight  # frozen, with a gradient from before it was
    stale.grad = torch.ones_like(stale)
    optimizer.zero_grad()
    model[4].weight.grad = torch.full_like(model[4].weight, 7.0)
    outside = model[1].weight  # learns, but the optimizer does not hold it, so nobody zeroes it
    optimizer.param_groups[0]["params"] = [
        p for p in optimizer.param_groups[0]["params"] if p is not outside
    ]
    outside.grad = torch.full_like(outside, 5.0)
    before = Snapshot(model, optimizer)
    range_test(model, batches(), optimizer)
    assert before.differences() == []
    assert model[4].bias.grad is None and model[4].weight.grad.eq(7).all()


def test_parameters_outside_the_model_and_the_optimizer_are_undone_too() -> None:
    model, _, _ = made("sgd")
    temperature = nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([*model[4].parameters(), temperature], lr=0.1)
    model[1].weight.grad = None

    def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(logits * temperature, labels)

    range_test(model, batches(), optimizer, loss=loss)
    assert temperature.item() == 1 and temperature.grad is None
    assert model[1].weight.grad is None  # learns, but the optimizer does not hold it


def test_a_scheduler_does_not_notice() -> None:
    model, optimizer, _ = made("sgd")
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, [0.1, 0.2], total_steps=50)
    before, state = Snapshot(model, optimizer), str(scheduler.state_dict())
    range_test(model, batches(), optimizer)
    assert before.differences() == [] and str(scheduler.state_dict()) == state


@pytest.mark.parametrize("used", [False, True], ids=["new", "used before"])
def test_a_scaler_is_as_it_was(used: bool) -> None:
    model, optimizer, _ = made("sgd")
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**40, growth_interval=3)
    if used:
        loss = functional.cross_entropy(model(batches()[0][0]), batches()[0][1])
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    before = Snapshot(model, optimizer, scaler)
    result = range_test(model, batches(), optimizer, scaler=scaler)
    assert before.differences() == [] and len(result.losses) > 50


def test_a_scaler_changes_no_curve() -> None:
    model, optimizer, _ = made("sgd")
    plain = range_test(model, batches(), optimizer, seed=1)
    scaled = range_test(
        model, batches(), optimizer, seed=1, scaler=torch.amp.GradScaler("cpu", init_scale=1024.0)
    )
    assert scaled.losses == pytest.approx(plain.losses, rel=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_random_state_of_the_gpu_is_as_it_was() -> None:
    model = net().cuda()
    optimizer = OPTIMIZERS["adam"](model)
    before = torch.cuda.get_rng_state_all()
    for seed in (None, 1):
        range_test(model, batches(), optimizer, device="cuda", seed=seed)
        after = torch.cuda.get_rng_state_all()
        assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("seed", [None, 4])
def test_the_order_of_the_batches_goes_on_where_it_was(seed: int | None) -> None:
    model, optimizer, _ = made("sgd")
    ordered = epochs()
    next(iter(ordered))
    range_test(model, ordered, optimizer, seed=seed)
    assert ordered.next_epoch == 1 and ordered.order.seed == 0
    generator = torch.Generator().manual_seed(8)
    loader = DataLoader(TensorDataset(*blobs()), 16, shuffle=True, generator=generator)
    before = generator.get_state()
    range_test(model, loader, optimizer, seed=seed)
    assert torch.equal(generator.get_state(), before)
    ordinary = DataLoader(TensorDataset(*blobs()), 16, shuffle=True)
    before = torch.get_rng_state()
    range_test(model, ordinary, optimizer, seed=seed)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_band_changes_nothing_interrupted_or_not() -> None:
    model, optimizer, before = made("adam")
    lr_band(model, batches(), optimizer, repeats=3)
    assert before.differences() == []
    band = lr_band(model, Interrupting(batches(), 999, OSError()), optimizer, repeats=2)
    assert band.tests[0].losses
    assert before.differences() == []


# ------------------------------------------------------------------------------------ the sweep


def test_the_sweep_is_exponential_and_both_ends_are_exact() -> None:
    rates = [lr_at(step, 7, 1e-5, 10.0) for step in range(7)]
    assert rates[0] == 1e-5 and rates[-1] == 10.0
    assert rates == pytest.approx([10.0 ** (step - 5) for step in range(7)], rel=1e-12)
    assert lr_at(0, 1, 0.1, 1.0) == 0.1


def test_smoothing_is_corrected_for_its_start() -> None:
    assert smooth([2.0, 2.0, 2.0], 0.9) == pytest.approx([2.0, 2.0, 2.0])
    assert smooth([1.0, 3.0], 0.5) == pytest.approx([1.0, (0.25 + 1.5) / 0.75])
    assert smooth([5.0], 0.98) == pytest.approx([5.0]) and smooth([]) == []


def rates_of_each_group(optimizer: torch.optim.Optimizer, model: nn.Module) -> list[list[float]]:
    seen: list[list[float]] = []
    optimizer.register_step_pre_hook(
        lambda opt, args, kwargs: seen.append([group["lr"] for group in opt.param_groups])
    )
    range_test(model, batches(), optimizer, low=1e-4, high=1.0, steps=20)
    return seen


def test_groups_keep_their_ratio_and_the_largest_sweeps() -> None:
    model = net()
    optimizer = torch.optim.SGD(groups(model, 0.02, 0.1))
    seen = rates_of_each_group(optimizer, model)
    assert [head for _, head in seen] == pytest.approx([lr_at(i, 20, 1e-4, 1.0) for i in range(20)])
    assert [head / body for body, head in seen] == pytest.approx([5.0] * 20)


def test_a_rate_of_zero_stays_zero() -> None:
    model = net()
    seen = rates_of_each_group(torch.optim.SGD(groups(model, 0.0, 0.1)), model)
    assert {body for body, _ in seen} == {0.0} and len({head for _, head in seen}) == 20


def test_all_rates_zero_is_one_clear_line() -> None:
    model = net()
    with pytest.raises(CourseError, match="learning rate of the optimizer is 0"):
        range_test(model, batches(), torch.optim.SGD(groups(model, 0.0, 0.0)))


def test_a_rate_in_a_tensor() -> None:
    model = net()
    rate = torch.tensor(0.1)
    optimizer = torch.optim.AdamW(model[4].parameters(), lr=rate, foreach=False)
    assert range_test(model, batches(), optimizer).losses
    assert optimizer.param_groups[0]["lr"] is rate and rate.item() == torch.tensor(0.1).item()


def test_it_stops_when_the_loss_diverges() -> None:
    model = net()
    result = range_test(model, batches(), torch.optim.SGD(groups(model)), high=1e4)
    assert result.stopped is not None and "diverged" in result.stopped
    assert len(result.losses) < 100
    smallest = [min(result.smoothed[: i + 1]) for i in range(len(result.smoothed))]
    over = [s > 4 * least for s, least in zip(result.smoothed, smallest, strict=True)]
    assert over == [False] * (len(over) - 1) + [True]


def test_the_end_is_found_with_corrected_smoothing() -> None:
    losses = iter([1.0] * 30 + [8.0] * 9)

    def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return logits.sum() * 0 + next(losses)

    model = net()
    result = range_test(model, batches(), torch.optim.SGD(groups(model)), loss=loss)
    # 1 + 7 (1 - 0.9^k) is over 4 from k = 6 on; without the correction it would end sooner.
    assert len(result.losses) == 36


def test_a_lucky_first_batch_is_no_record() -> None:
    model = net()
    losses = iter([0.01] + [2.0] * 29 + [1e3] * 9)

    def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return logits.sum() * 0 + next(losses)

    result = range_test(model, batches(), torch.optim.SGD(groups(model)), loss=loss)
    assert len(result.losses) == 31 and result.stopped is not None


def test_frozen_layers_stay_in_eval_mode_and_others_learn() -> None:
    model = net()
    modes: list[list[bool]] = []
    model.register_forward_pre_hook(
        lambda module, args: modes.append([m.training for m in module.modules()])
    )
    range_test(model.eval(), batches(), torch.optim.SGD(groups(model)), steps=3)
    training.training_mode(model)
    assert modes == [[m.training for m in model.modules()]] * 3


def test_batches_are_begun_anew_and_none_is_drawn_too_many() -> None:
    model = net()
    drawn = Interrupting(batches(), 31, AssertionError("one too many"))
    range_test(model, drawn, torch.optim.SGD(groups(model)), high=1e-3, steps=31)


def test_a_single_picture_is_left_out_where_a_batchnorm_learns() -> None:
    model = net()
    images, labels = blobs(33)
    ragged = list(zip(images.split(16), labels.split(16), strict=True))
    assert len(range_test(model, ragged, torch.optim.SGD(groups(model)), steps=20).losses) == 20


def wrong_uses() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "no batch", {"batches": []}
    yield "of two pictures or more", {"batches": batches(1)}
    yield "only once", {"batches": iter(batches())}
    yield "from a rate above 0", {"low": 0.0}
    yield "from a rate above 0", {"low": 1.0, "high": 0.1}
    yield "at least 1 step", {"steps": 0}


@pytest.mark.parametrize(("words", "use"), list(wrong_uses()))
def test_wrong_use_is_one_clear_line(words: str, use: dict[str, Any]) -> None:
    model = net()
    optimizer = torch.optim.SGD(groups(model))
    before = Snapshot(model, optimizer)
    with pytest.raises(CourseError, match=words):
        range_test(model, use.pop("batches", batches()), optimizer, **use)
    assert before.differences() == []


def test_an_optimizer_of_another_model() -> None:
    with pytest.raises(CourseError, match="holds none"):
        range_test(net(), batches(), torch.optim.SGD(groups(net())))
    with pytest.raises(CourseError, match="repeats"):
        lr_band(net(), batches(), torch.optim.SGD(groups(net())), repeats=0)


# ------------------------------------------------------------------------------- the suggestion


def valley(low: float = 1e-5, high: float = 10.0, count: int = 100) -> tuple[list, list]:
    """A loss that falls fastest, per factor of the rate, at a rate of 0.01, and rises from 1 on."""
    lrs = [lr_at(i, count, low, high) for i in range(count)]
    losses = [2 - math.tanh(2 * math.log10(lr / 0.01)) + max(0.0, math.log10(lr)) * 9 for lr in lrs]
    return lrs, losses


def test_it_suggests_the_steepest_fall_in_log_lr() -> None:
    lrs, losses = valley()
    suggestion = suggest_lr(lrs, losses)
    assert suggestion in lrs
    assert abs(math.log(suggestion / 0.01)) <= math.log(lrs[1] / lrs[0])


def test_points_that_are_not_finite_are_ignored() -> None:
    lrs, losses = valley()
    spoilt = list(losses)
    spoilt[10], spoilt[30], spoilt[-1] = math.nan, math.inf, -math.inf
    assert suggest_lr(lrs, spoilt) == suggest_lr(lrs, losses)


@pytest.mark.parametrize("shape", [lambda i: 2.3, lambda i: 1 + i, lambda i: -1.0])
def test_no_suggestion_where_nothing_falls(shape: Callable[[int], float]) -> None:
    lrs, _ = valley()
    losses = [float(shape(i)) for i in range(100)]
    assert suggest_lr(lrs, losses) is None
    assert suggest_lr(lrs, smooth(losses)) is None


def test_eleven_points_are_needed() -> None:
    lrs, _ = valley(count=11)
    losses = [3.0 - 0.1 * i for i in range(11)]
    assert suggest_lr(lrs, losses) == lrs[5]
    assert suggest_lr(lrs[:10], losses[:10]) is None
    assert suggest_lr(lrs, [math.nan, *losses[1:]]) is None
    assert suggest_lr([], []) is None


def test_noise_hardly_moves_it() -> None:
    lrs, losses = valley()
    found = []
    for seed in range(50):
        noise = np.random.default_rng(seed).normal(0, 0.1, 100)
        found.append(suggest_lr(lrs, smooth([a + b for a, b in zip(losses, noise, strict=True)])))
    assert max(found) / min(found) < 5


def test_a_good_curve_gets_a_suggestion() -> None:
    model = net()
    result = range_test(model, epochs(), torch.optim.SGD(groups(model), momentum=0.9))
    assert result.reason == "" and result.suggestion == suggest_lr(result.lrs, result.smoothed)
    assert result.smoothed == smooth(result.losses)
    assert 1e-3 < result.suggestion < 1


def without_ground() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "falls at no rate", {"loss": lambda logits, labels: logits.sum() * 0 + 1.5}
    yield "8 steps are too few", {"steps": 8}
    yield "begin at a lower rate", {"low": 1e4, "high": 1e6}
    yield "hardly more than it varies", {"low": 1e-9, "high": 1e-8}
    yield "end at a higher rate", {"low": 1e-7, "high": 3e-3}


@pytest.mark.parametrize(("words", "use"), list(without_ground()))
def test_it_refuses_to_guess(words: str, use: dict[str, Any]) -> None:
    model = net()
    model[3].p = 0.0
    optimizer = torch.optim.SGD(groups(model), momentum=0.9)
    result = range_test(model, epochs(), optimizer, **use)
    assert result.suggestion is None and words in result.reason
    band = lr_band(model, epochs(), optimizer, repeats=3, **use)
    assert (band.low, band.high, band.suggestion) == (None, None, None)
    assert words in band.reason or "found no ground" in band.reason


def straightforward(
    model: nn.Module, batches: Any, optimizer: torch.optim.Optimizer, steps: int = 100
) -> float | None:
    """The test as one would write it in a lesson, without undoing anything."""
    training.training_mode(model)
    largest = max(group["lr"] for group in optimizer.param_groups)
    ratios = [group["lr"] / largest for group in optimizer.param_groups]
    lrs, losses = [], []
    iterator = iter(batches)
    for step in range(steps):
        lr = 1e-6 * 1e7 ** (step / (steps - 1))
        try:
            images, labels = next(iterator)
        except StopIteration:
            iterator = iter(batches)
            images, labels = next(iterator)
        loss = functional.cross_entropy(model(images), labels)
        if not torch.isfinite(loss):
            break
        lrs.append(lr)
        losses.append(loss.item())
        smoothed = smooth(losses, 0.9)
        if smoothed[-1] > 4 * min(smoothed):
            break
        for group, ratio in zip(optimizer.param_groups, ratios, strict=True):
            group["lr"] = lr * ratio
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    x, y = np.log(lrs), np.array(smooth(losses, 0.9))
    slopes = (y[10:] - y[:-10]) / (x[10:] - x[:-10])
    return lrs[5 + int(slopes.argmin())]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_straightforward_range_test_agrees(name: str) -> None:
    training.seed_everything(0)
    model = net()
    ours = range_test(model, epochs(), OPTIMIZERS[name](model))
    theirs = straightforward(model, epochs(), OPTIMIZERS[name](model))
    assert ours.suggestion is not None and theirs is not None
    assert abs(math.log(ours.suggestion / theirs)) <= math.log(1e7) / 99 * 1.001


# ------------------------------------------------------------------------------------- the band


LOADERS: dict[str, Callable[[], Any]] = {
    "list": batches,
    "epochs": epochs,
    "epochs in one order": lambda: epochs(shuffle=False),
    "loader": lambda: DataLoader(TensorDataset(*blobs()), 16, shuffle=True),
    "loader with a generator": lambda: DataLoader(
        TensorDataset(*blobs()), 16, shuffle=True, generator=torch.Generator().manual_seed(3)
    ),
}


@pytest.mark.parametrize("kind", LOADERS)
def test_each_repeat_sees_another_order_from_the_seed(kind: str) -> None:
    model = net()
    model[3].p = 0.0  # only the order tells the repeats apart
    optimizer = torch.optim.SGD(groups(model), momentum=0.9)

    def curves(seed: int) -> list[tuple[float, ...]]:
        band = lr_band(model, LOADERS[kind](), optimizer, repeats=3, steps=30, seed=seed)
        return [tuple(test.losses) for test in band.tests]

    first = curves(0)
    torch.rand(5), np.random.rand(), random.random()
    assert len(set(first)) == 3
    assert curves(0) == first and curves(1) != first


def test_the_band_holds_its_suggestion() -> None:
    model = net()
    band = lr_band(model, epochs(), OPTIMIZERS["sgd"](model))
    assert len(band.tests) == 8 and band.reason == ""
    assert band.low <= band.suggestion <= band.high < 10 * band.low
    singles = [test.suggestion for test in band.tests]
    assert min(singles) <= band.low and band.high <= max(singles)


def fake(suggestion: float | None, reason: str = "") -> lr_finder.RangeTest:
    return lr_finder.RangeTest([], [], [], None, suggestion, reason)


def test_the_suggestion_is_the_middle_in_log_lr() -> None:
    band = lr_finder.band_of([fake(lr) for lr in (0.0015, 1e-2, 2e-3, 0.011)])
    assert band.suggestion == pytest.approx(math.sqrt(2e-3 * 1e-2))


def test_one_repeat_that_goes_astray_does_not_matter() -> None:
    band = lr_finder.band_of([fake(lr) for lr in [1e-2] * 5 + [1.2e-2] * 5 + [9.0]])
    assert band.suggestion == pytest.approx(1.2e-2) and band.high < 0.1


def test_a_minority_without_ground_does_not_matter() -> None:
    band = lr_finder.band_of([fake(1e-2), fake(2e-2), fake(None, "flat")])
    assert band.low is not None and band.low < band.suggestion < band.high


def test_repeats_that_disagree_wildly_give_no_band() -> None:
    band = lr_finder.band_of([fake(10.0**-k) for k in range(1, 7)])
    assert band.suggestion is None and "disagree" in band.reason and "1e-06" in band.reason


def test_without_a_test_there_is_no_band() -> None:
    assert lr_finder.band_of([]) == lr_finder.Band([], None, None, None, "no test has been made")


def test_most_repeats_without_ground_say_why() -> None:
    band = lr_finder.band_of([fake(1e-2), fake(None, "flat"), fake(None, "flat")])
    assert band.suggestion is None and band.low is None
    assert band.reason == "2 of 3 repeats found no ground: flat"


def test_an_interrupt_ends_the_band() -> None:
    model, optimizer, before = made("sgd")

    class Once(EpochBatches):
        def __iter__(self) -> Iterator[Batch]:
            budget[0] -= 1
            if budget[0] < 0:
                raise KeyboardInterrupt
            return super().__iter__()

    budget = [20]
    ordered = epochs()
    trap = Once(ordered.order, 16, ordered.labels, ordered.fetch)
    band = lr_band(model, trap, optimizer)
    assert 1 < len(band.tests) < 8 and band.tests[-1].interrupted
    assert band.suggestion is None and band.reason == f"interrupted in repeat {len(band.tests)}"
    assert before.differences() == []


def test_ten_repeats_of_a_hundred_steps(measured: list[str]) -> None:
    model = nn.Linear(1280, 16)
    images = torch.randn(320, 1280, generator=torch.Generator().manual_seed(0))
    labels = torch.randint(0, 16, (320,), generator=torch.Generator().manual_seed(1))
    order = Order(320, 1, True, 0)
    features = EpochBatches(order, 32, labels, lambda indices, views: images[indices])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    start = time.perf_counter()
    band = lr_band(model, features, optimizer, repeats=10, steps=100)
    seconds = time.perf_counter() - start
    measured.append(f"ten range tests of 100 steps on cached features: {seconds:.2f} s")
    assert len(band.tests) == 10
