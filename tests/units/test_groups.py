"""Parameter groups: falling rates, decay where it belongs, and groups that join later."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import Optimizer, lr_scheduler

from helpers import models, training
from helpers.errors import CourseError
from helpers.training.groups import decay_groups, discriminative_groups, falling_rates, join


class Net(nn.Module):
    """Three parts with a norm, one of them nested."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.stem = nn.Linear(4, 6)
            self.act = nn.ReLU()
            self.body = nn.ModuleDict({"first": nn.Linear(6, 6), "second": nn.Linear(6, 6)})
            self.norm = nn.BatchNorm1d(6)
            self.fc = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.body["second"](self.body["first"](self.act(self.stem(x))))
        return self.fc(self.norm(x))


def give_gradients(model: nn.Module, value: float = 1.0) -> None:
    """A gradient for every parameter, frozen ones too: a stale one."""
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, value)


def moved(model: nn.Module, optimizer: Optimizer) -> dict[str, float]:
    """How far each parameter moves in one step, by name."""
    give_gradients(model)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimizer.step()
    return {
        name: round(float((before[name] - p.detach()).abs().max()), 8)
        for name, p in model.named_parameters()
    }


# --------------------------------------------------------------------------- discriminative


def test_each_earlier_part_moves_a_factor_less() -> None:
    model = Net()
    model.stem.requires_grad_(False)
    model.body["first"].bias.requires_grad_(False)
    names = ["stem", "act", "body.first", "body.second", "fc"]
    groups = discriminative_groups(model, names, lr=0.1, factor=10)
    assert [group["name"] for group in groups] == ["body.first", "body.second", "fc"]
    step = moved(model, torch.optim.SGD(groups, lr=5.0))
    assert step == pytest.approx(
        {
            "stem.weight": 0.0,
            "stem.bias": 0.0,
            "body.first.weight": 0.001,
            "body.first.bias": 0.0,
            "body.second.weight": 0.01,
            "body.second.bias": 0.01,
            "norm.weight": 0.0,
            "norm.bias": 0.0,
            "fc.weight": 0.1,
            "fc.bias": 0.1,
        },
        rel=1e-3,
    )


def test_a_frozen_part_counts_and_one_without_parameters_does_not() -> None:
    model = Net()
    model.norm.requires_grad_(False)
    groups = discriminative_groups(model, ["stem", "act", "body", "norm", "fc"], 1.0, 2)
    assert {group["name"]: group["lr"] for group in groups} == {
        "stem": 0.125,
        "body": 0.25,
        "fc": 1.0,
    }


def test_a_shared_parameter_comes_once_with_the_part_nearer_the_output() -> None:
    model = Net()
    model.body["first"].weight = model.body["second"].weight
    groups = discriminative_groups(model, ["stem", "body.first", "body.second"], 1.0, 10)
    held = [p for group in groups for p in group["params"]]
    assert len(held) == len(set(held)) == 5
    assert model.body["second"].weight in set(groups[2]["params"])


def test_densenet_is_named_with_dots() -> None:
    model = models.backbone("densenet121", classes=3, pretrained=False)
    groups = discriminative_groups(model, ["features.denseblock4", "classifier"], 1e-2, 10)
    assert [group["lr"] for group in groups] == [1e-3, 1e-2]


@pytest.mark.parametrize(
    ("names", "lr", "factor", "words"),
    [
        (["body", "body.first"], 1.0, 2, "body.first lies inside body"),
        (["body.first", "fc", "body"], 1.0, 2, "body.first lies inside body"),
        (["fc", "fc"], 1.0, 2, "fc is named twice"),
        (["", "fc"], 1.0, 2, "fc lies inside the model itself"),
        (["layer4"], 1.0, 2, "There is no part 'layer4' in Net: its parts are stem, act"),
        ("fc", 1.0, 2, r"use \['fc'\]"),
        (["fc"], 1.0, 0, "factor=0 is not a number above 0"),
        (["fc"], 1.0, -3.0, "factor=-3.0"),
        (["fc"], 0.0, 2, "lr=0.0"),
        (["fc"], float("nan"), 2, "lr=nan"),
        (["fc"], None, 2, "lr=None"),
        (["stem"], 1.0, 2, "These parts are frozen"),
        ([], 1.0, 2, "No part is named"),
    ],
)
def test_wrong_rates_and_names_get_one_line(names: Any, lr: Any, factor: float, words: str) -> None:
    model = Net()
    model.stem.requires_grad_(False)
    with pytest.raises(CourseError, match=words) as caught:
        discriminative_groups(model, names, lr, factor)
    assert "\n" not in str(caught.value)


def test_layer1_is_not_layer10() -> None:
    model = nn.Sequential()
    model.add_module("layer1", nn.Linear(2, 2))
    model.add_module("layer10", nn.Linear(2, 2))
    assert len(discriminative_groups(model, ["layer1", "layer10"], 1.0, 2)) == 2


# ------------------------------------------------------------------------------------ decay


def decayed(model: nn.Module, optimizer: Optimizer) -> set[str]:
    """Names of the parameters that a step without gradient makes smaller."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
            parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    return {name for name, p in model.named_parameters() if float(p.detach().max()) < 1}


def test_only_weights_decay() -> None:
    model = Net()
    model.stem.requires_grad_(False)
    groups = decay_groups(model, 0.1)
    held = [p for group in groups for p in group["params"]]
    assert len(held) == len(set(held)) == 8, "every trainable parameter once"
    names = decayed(model, torch.optim.SGD(groups, lr=0.1))
    assert names == {"body.first.weight", "body.second.weight", "fc.weight"}


def test_decay_and_falling_rates_together() -> None:
    model = Net()
    rates = discriminative_groups(model, ["stem", "body", "fc"], 0.1, 10)
    groups = decay_groups(model, 0.5, rates)
    found = {(group["name"], round(group["lr"], 6), group["weight_decay"]) for group in groups}
    assert found == {
        (name, lr, decay)
        for name, lr in (("stem", 0.001), ("body", 0.01), ("fc", 0.1))
        for decay in (0.5, 0.0)
    }
    assert [group["params"] for group in rates] == [
        list(part.parameters()) for part in (model.stem, model.body, model.fc)
    ], "the groups that were given stay as they were"
    assert decayed(model, torch.optim.SGD(groups, lr=1.0)) == {
        "stem.weight",
        "body.first.weight",
        "body.second.weight",
        "fc.weight",
    }


def test_norms_are_known_in_every_backbone() -> None:
    for name in ("lite0", "convnext_tiny", "swin_t"):
        model = models.backbone(name, classes=3, pretrained=False)
        spared = {
            p for g in decay_groups(model, 1e-2) if not g["weight_decay"] for p in g["params"]
        }
        names = {n for n, p in model.named_parameters() if p in spared}
        missing = {n for n, p in model.named_parameters() if p.ndim == 1} - names
        assert {n for n in missing if "layer_scale" not in n} == set()
        assert not any(n.endswith("weight") and model.get_parameter(n).ndim == 4 for n in names)


def test_attention_has_biases_under_other_names() -> None:
    model = nn.MultiheadAttention(4, 2)
    decay = [p for g in decay_groups(model, 0.1) if g["weight_decay"] for p in g["params"]]
    assert all(p.ndim == 2 for p in decay)


def test_wrong_decay_gets_one_line() -> None:
    model, other = Net(), Net()
    with pytest.raises(CourseError, match="weight_decay=-1"):
        decay_groups(model, -1)
    with pytest.raises(CourseError, match="not one of the model's"):
        decay_groups(model, 0.1, [{"params": other.parameters()}])
    with pytest.raises(CourseError, match=r"fc.weight is in two groups"):
        decay_groups(model, 0.1, [{"params": model.fc.parameters()}, {"params": model.fc.weight}])
    model.requires_grad_(False)
    with pytest.raises(CourseError, match="unfreeze the head"):
        decay_groups(model, 0.1)


# ------------------------------------------------------------------------------------- join

STEPS, JOINED = 24, 9
Rates = Sequence[float]
Make = Callable[[Optimizer, Rates], Any]
L = lr_scheduler


def plateau(optimizer: Optimizer, rates: Rates) -> Any:
    return L.ReduceLROnPlateau(optimizer, factor=0.5, patience=1, min_lr=1e-3)


def one_cycle(optimizer: Optimizer, rates: Rates, **options: Any) -> Any:
    return L.OneCycleLR(optimizer, list(rates), total_steps=STEPS + 1, **options)


def cyclic(optimizer: Optimizer, rates: Rates, **options: Any) -> Any:
    low = [rate / 4 for rate in rates]
    return L.CyclicLR(optimizer, low, list(rates), step_size_up=5, **options)


def in_turn(optimizer: Optimizer, *schedulers: Any, at: Sequence[int]) -> Any:
    return L.SequentialLR(optimizer, list(schedulers), list(at))


SCHEDULERS: dict[str, Make] = {
    "lambda": lambda o, r: L.LambdaLR(o, lambda step: 0.9**step + 0.1),
    "a lambda each": lambda o, r: L.LambdaLR(o, [lambda step: 0.9**step] * len(r)),
    "multiplicative": lambda o, r: L.MultiplicativeLR(o, lambda step: 1 - 0.02 * (step % 3)),
    "step": lambda o, r: L.StepLR(o, 4),
    "multi-step": lambda o, r: L.MultiStepLR(o, [3, 12, 12], 0.5),
    "constant": lambda o, r: L.ConstantLR(o, 0.3, 12),
    "linear": lambda o, r: L.LinearLR(o, 0.1, 0.9, 15),
    "exponential": lambda o, r: L.ExponentialLR(o, 0.9),
    "polynomial": lambda o, r: L.PolynomialLR(o, 20, 1.5),
    "cosine": lambda o, r: L.CosineAnnealingLR(o, 7),
    "cosine with a floor": lambda o, r: L.CosineAnnealingLR(o, 30, eta_min=1e-3),
    "restarts": lambda o, r: L.CosineAnnealingWarmRestarts(o, 4, 2),
    "restarts with a floor": lambda o, r: L.CosineAnnealingWarmRestarts(o, 4, 2, eta_min=1e-3),
    "cyclic": cyclic,
    "cyclic, shrinking": lambda o, r: cyclic(o, r, mode="triangular2"),
    "cyclic, shrinking by steps": lambda o, r: cyclic(o, r, mode="exp_range", gamma=0.95),
    "cyclic, rates alone": lambda o, r: cyclic(o, r, cycle_momentum=False),
    "one cycle": one_cycle,
    "one cycle in three": lambda o, r: one_cycle(o, r, three_phase=True, anneal_strategy="linear"),
    "one cycle, rates alone": lambda o, r: one_cycle(o, r, cycle_momentum=False),
    "warm-up, then cosine": lambda o, r: in_turn(
        o, L.LinearLR(o, 0.1, total_iters=5), L.CosineAnnealingLR(o, 20, eta_min=1e-4), at=[5]
    ),
    "three in turn, joined in the first": lambda o, r: in_turn(
        o, L.ConstantLR(o, 0.5, 30), L.LambdaLR(o, lambda s: 0.8**s), L.StepLR(o, 2), at=[11, 17]
    ),
    "two at once": lambda o, r: L.ChainedScheduler(
        [L.ConstantLR(o, 0.1, 4), L.ExponentialLR(o, 0.9)]
    ),
    "plateau": plateau,
}  # fmt: skip
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "SGD": lambda groups: torch.optim.SGD(groups, lr=1.0, momentum=0.9, nesterov=True),
    "AdamW": lambda groups: torch.optim.AdamW(groups, lr=1.0),
}


def advance(model: nn.Module, optimizer: Optimizer, scheduler: Any, steps: range) -> list[Any]:
    """Take steps; return what each group was set to before each of them."""
    seen = []
    for step in steps:
        keys = ("lr", "momentum", "betas")
        seen.append([{k: g[k] for k in keys if k in g} for g in optimizer.param_groups])
        give_gradients(model, 0.1 + step % 3)
        optimizer.step()
        if isinstance(scheduler, L.ReduceLROnPlateau):
            scheduler.step(1.0)
        else:
            scheduler.step()
    return seen


@pytest.mark.parametrize("joined", [0, JOINED])
@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_group_joins_and_every_scheduler_goes_on(name: str, kind: str, joined: int) -> None:
    def start(parts: list[str], rates: Rates) -> tuple[Net, Optimizer, Any]:
        model = Net()
        groups = [
            {"params": model.get_submodule(part).parameters(), "lr": rate}
            for part, rate in zip(parts, rates, strict=True)
        ]
        optimizer = OPTIMIZERS[kind](groups)
        return model, optimizer, SCHEDULERS[name](optimizer, rates)

    def course(seen: list[Any], group: int) -> list[tuple[float, ...]]:
        return [
            tuple(float(x) for v in row[group].values() for x in (v if type(v) is tuple else [v]))
            for row in seen
        ]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alone = start(["fc", "norm"], [0.2, 0.1])
        expected = advance(*alone, range(STEPS))
        whole = advance(*start(["fc", "norm", "stem"], [0.2, 0.1, 0.05]), range(STEPS))
        model, optimizer, scheduler = start(["fc", "norm"], [0.2, 0.1])
        before = advance(model, optimizer, scheduler, range(joined))
        rate = 0.05
        if name == "plateau":  # where the rate counts from the moment of joining
            rate = 0.25 * optimizer.param_groups[0]["lr"]
        join(optimizer, model.stem.parameters(), rate, scheduler)
        now = [group["lr"] for group in optimizer.param_groups]
        assert scheduler.get_last_lr() == now or joined == 0
        after = advance(model, optimizer, scheduler, range(joined, STEPS))

    for group in (0, 1):
        assert course(before + after, group) == course(expected, group), "to the last bit"
    for part in ("fc", "norm"):
        pairs = zip(
            model.get_submodule(part).parameters(),
            alone[0].get_submodule(part).parameters(),
            strict=True,
        )
        assert all(torch.equal(a, b) for a, b in pairs)
    torch.testing.assert_close(
        torch.tensor(course(after, 2)),
        torch.tensor(course(whole[joined:], 2)),
        rtol=1e-5,
        atol=1e-9,
    )


def test_the_group_that_joins_begins_to_move_and_the_rest_keeps_its_momentum() -> None:
    model = Net()
    model.stem.requires_grad_(False)
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1, momentum=0.9)
    moved(model, optimizer)
    state = {p: s["momentum_buffer"].clone() for p, s in optimizer.state.items()}
    model.stem.requires_grad_(True)
    group = join(optimizer, model.stem.parameters(), lr=0.01, weight_decay=0.0)
    assert group is optimizer.param_groups[-1]
    assert all(torch.equal(optimizer.state[p]["momentum_buffer"], m) for p, m in state.items())
    step = moved(model, optimizer)
    assert step["fc.weight"] == pytest.approx(0.19, rel=1e-5), "with momentum"
    assert step["stem.weight"] == pytest.approx(0.01, rel=1e-5), "from a standstill"
    assert step["norm.weight"] == 0


def test_after_a_finished_schedule_a_group_takes_its_own_rate() -> None:
    model = Net()
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
    one_cycle(optimizer, [0.1], cycle_momentum=False)
    group = join(optimizer, model.stem.parameters(), lr=0.02)
    assert group["lr"] == 0.02
    scheduler = L.StepLR(optimizer, 1)
    advance(model, optimizer, scheduler, range(2))
    assert group["lr"] == pytest.approx(0.0002)


def test_the_course_to_follow_can_be_chosen() -> None:
    model = Net()
    groups = discriminative_groups(model, ["norm", "fc"], 0.2, 2)
    optimizer = torch.optim.SGD(groups, lr=1.0)
    scheduler = L.LambdaLR(optimizer, [lambda step: 1.0, lambda step: 0.5**step])
    advance(model, optimizer, scheduler, range(2))
    still = join(optimizer, model.stem.parameters(), 0.1, [scheduler])
    falling = join(optimizer, model.body.parameters(), 0.1, [scheduler], like=1)
    assert (still["lr"], falling["lr"]) == (0.1, 0.025)
    advance(model, optimizer, scheduler, range(1))
    assert (still["lr"], falling["lr"]) == (0.1, 0.0125)


class OwnSchedule(L.StepLR):
    """A scheduler from a notebook, which may keep anything about its groups."""


def test_what_cannot_join_gets_one_line_and_changes_nothing() -> None:
    model, other = Net(), Net()
    model.stem.requires_grad_(False)
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1, momentum=0.9)
    scheduler, own = L.StepLR(optimizer, 2), OwnSchedule(optimizer, 2)
    stranger = L.StepLR(torch.optim.SGD(other.parameters(), lr=0.1), 2)
    inside = L.ChainedScheduler([scheduler, own])
    norm = list(model.norm.parameters())
    cases: list[tuple[Any, Any, Any, str]] = [
        (model.fc.parameters(), 0.1, (), r"shape \(3, 6\) is in the optimizer already"),
        ([*norm, model.fc.bias], 0.1, (), "in the optimizer already"),
        (model.stem.parameters(), 0.1, (), r"shape \(6, 4\) is frozen"),
        ([], 0.1, (), "no parameter to add"),
        (["norm"], 0.1, (), "str is not a parameter"),
        (norm, 0, (), "lr=0 is not a number above 0"),
        (norm, 0.1, own, "OwnSchedule is no scheduler whose groups can grow"),
        (norm, 0.1, [scheduler, own], "OwnSchedule"),
        (norm, 0.1, inside, "OwnSchedule"),
        (norm, 0.1, "cosine", "str is no scheduler"),
        (norm, 0.1, stranger, "belongs to another optimizer"),
    ]
    for parameters, lr, schedulers, words in cases:
        with pytest.raises(CourseError, match=words) as caught:
            join(optimizer, parameters, lr, schedulers)
        assert "\n" not in str(caught.value)
        assert len(optimizer.param_groups) == 1
        assert len(scheduler.base_lrs) == len(own.base_lrs) == 1
    with pytest.raises(CourseError, match="the optimizer has 1 groups"):
        join(optimizer, norm, 0.1, like=3)


def test_a_group_the_scheduler_missed_is_noticed() -> None:
    model = Net()
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
    scheduler = L.LambdaLR(optimizer, lambda step: 0.5)
    join(optimizer, model.norm.parameters(), 0.1)
    with pytest.raises(CourseError, match="LambdaLR knows 1 of the optimizer's 2 groups"):
        join(optimizer, model.stem.parameters(), 0.1, scheduler)


def test_a_rate_of_zero_is_in_proportion_to_nothing() -> None:
    model = Net()
    optimizer = torch.optim.SGD(
        [{"params": model.fc.parameters(), "lr": 0.0}, {"params": model.norm.parameters()}], lr=0.1
    )
    scheduler = L.StepLR(optimizer, 2)
    with pytest.raises(CourseError, match="choose another one with like="):
        join(optimizer, model.stem.parameters(), 0.1, scheduler)
    assert join(optimizer, model.stem.parameters(), 0.1, scheduler, like=1)["lr"] == 0.1


# ---------------------------------------------------------------------------------- recipes


def test_train_stages_groups_as_it_always_did(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[dict[str, Any]]] = []
    adamw = torch.optim.AdamW

    def watched(groups: Any, **options: Any) -> Optimizer:
        seen.append([dict(group) for group in groups])
        return adamw(groups, **options)

    model = models.backbone("lite0", classes=3, pretrained=False)
    training.unfreeze(model, ["layer3", "layer4"])
    head = list(model.fc.parameters())
    body = [p for p in model.parameters() if p.requires_grad and not any(p is h for h in head)]
    monkeypatch.setattr(torch.optim, "AdamW", watched)
    images, labels = torch.zeros(2, 3, 32, 32), torch.tensor([0, 1])
    training.train_stages(model, [(images, labels)], model, epochs=6)  # type: ignore[arg-type]
    ((first, second),) = seen
    assert first == {"params": head, "lr": 3e-3}
    assert second == {"params": body, "lr": 3e-3 / 3.0}


def test_falling_rates_of_nothing_trainable() -> None:
    model = Net().requires_grad_(False)
    with pytest.raises(CourseError, match="frozen"):
        falling_rates([model.parameters()], 0.1, 3)
