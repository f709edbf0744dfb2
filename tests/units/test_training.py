"""Measures and the training loop."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from helpers import models, training
from helpers.errors import CourseError
from helpers.training import recipes

REPOSITORY = Path(__file__).resolve().parents[2]
Batch = tuple[torch.Tensor, torch.Tensor]


def blobs(count: int = 50, classes: int = 3, seed: int = 0, width: int = 8) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, classes, (count,), generator=generator)
    centres = torch.randn(classes, width, generator=torch.Generator().manual_seed(99)) * 2
    return centres[labels] + torch.randn(count, width, generator=generator), labels


def in_batches(images: torch.Tensor, labels: torch.Tensor, size: int = 16) -> list[Batch]:
    return list(zip(images.split(size), labels.split(size), strict=True))


def small_net(seed: int = 0) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))


def sgd(model: nn.Module, lr: float = 0.1) -> torch.optim.Optimizer:
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)


# ------------------------------------------------------------------------------- measures


def test_accuracy_is_a_fraction() -> None:
    logits = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [0.0, 3.0]])
    result = training.accuracy(logits, torch.tensor([0, 1, 1, 1]))
    assert result == 0.75 and type(result) is float


@pytest.mark.parametrize("shape", [(0, 3), (4,), (5, 3)])
def test_accuracy_refuses_what_does_not_fit(shape: tuple[int, ...]) -> None:
    labels = torch.zeros(0 if shape == (0, 3) else 4, dtype=torch.long)
    with pytest.raises(CourseError, match="logits"):
        training.accuracy(torch.zeros(shape), labels)


def test_evaluate_weighs_a_ragged_last_batch() -> None:
    images, labels = blobs(50)
    model = small_net().eval()
    with torch.no_grad():
        logits = model(images)
    loss, accuracy = training.evaluate(model, in_batches(images, labels, 16))
    assert loss == pytest.approx(float(functional.cross_entropy(logits, labels)), abs=1e-6)
    assert accuracy == pytest.approx(float((logits.argmax(1) == labels).float().mean()))


def test_evaluate_leaves_every_module_in_its_mode() -> None:
    model = small_net().train()
    model[1].eval()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    training.evaluate(model, in_batches(*blobs()))
    assert [module.training for module in model.modules()] == [True, True, False, True, True]
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


def test_evaluate_restores_modes_after_an_error() -> None:
    model = small_net().train()
    with pytest.raises(RuntimeError):
        training.evaluate(model, [(torch.zeros(4, 99), torch.zeros(4, dtype=torch.long))])
    assert all(module.training for module in model.modules())


def test_what_predict_returns_may_be_used_in_training() -> None:
    logits, labels = training.predict(small_net(), in_batches(*blobs()))
    weight = torch.ones(3, requires_grad=True)
    functional.cross_entropy(logits * weight, labels).backward()
    assert weight.grad is not None


def test_nothing_to_evaluate() -> None:
    with pytest.raises(CourseError, match="empty"):
        training.evaluate(small_net(), [])


def test_confusion_has_the_truth_in_its_rows() -> None:
    logits = torch.eye(3)[torch.tensor([0, 1, 1, 2])]
    matrix = training.confusion_matrix(logits, torch.tensor([0, 0, 1, 1]))
    assert matrix.tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert matrix.dtype == torch.long


def test_seed_everything_reaches_all_three() -> None:
    def draw() -> tuple[float, float, float, float]:
        generator = training.seed_everything(5)
        return (
            random.random(),
            float(np.random.rand()),
            float(torch.rand(1)),
            float(torch.rand(1, generator=generator)),
        )

    first = draw()
    assert draw() == first
    random.random(), np.random.rand(), torch.rand(1)
    assert draw() == first


def test_threads_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    try:
        monkeypatch.setenv("COURSE_THREADS", "1")
        assert training.set_threads() == 1 == torch.get_num_threads()
        monkeypatch.setenv("COURSE_THREADS", "many")
        with pytest.raises(CourseError, match="COURSE_THREADS"):
            training.set_threads()
    finally:
        torch.set_num_threads(before)


# ------------------------------------------------------------------------------- fit


def test_fit_learns_and_keeps_a_history() -> None:
    model, batches = small_net(), in_batches(*blobs())
    valid = in_batches(*blobs(seed=1))
    history = training.fit(
        model, batches, epochs=8, optimizer=sgd(model), valid=valid, progress=False
    )
    assert [row.epoch for row in history.epochs] == list(range(1, 9))
    assert history.last is not None and history.best is not None
    assert history.last.accuracy > 0.9 > history.epochs[0].accuracy
    loss, accuracy = training.evaluate(model, valid)
    assert (history.last.valid_loss, history.last.valid_accuracy) == (loss, accuracy)
    assert history.best.valid_accuracy == max(row.valid_accuracy or 0 for row in history.epochs)
    assert history.as_dict()["epochs"][0]["learning_rate"] == 0.1
    assert not history.interrupted and history.stopped is None


def test_an_epochs_loss_counts_pictures_not_batches() -> None:
    images, labels = blobs(17)
    model = nn.Linear(8, 3)
    logits = model(images)
    expected = float(functional.cross_entropy(logits, labels).detach())
    history = training.fit(
        model, in_batches(images, labels), epochs=1, optimizer=sgd(model, 0.0), progress=False
    )
    assert history.last is not None
    assert history.last.loss == pytest.approx(expected, abs=1e-6)


def test_frozen_batchnorm_never_drifts() -> None:
    model = small_net().train()
    model[1].requires_grad_(False)
    before = {key: value.clone() for key, value in model[1].state_dict().items()}
    training.fit(model, in_batches(*blobs()), epochs=3, optimizer=sgd(model), progress=False)
    assert all(torch.equal(before[key], value) for key, value in model[1].state_dict().items())
    assert all(module.training for module in model.modules()), "modes are restored"


def test_learning_batchnorm_does_move() -> None:
    model = small_net()
    training.fit(model, in_batches(*blobs()), epochs=1, optimizer=sgd(model), progress=False)
    assert float(model[1].num_batches_tracked) == 4


def test_dropout_without_parameters_is_active() -> None:
    seen: list[bool] = []

    class Spy(nn.Dropout):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            seen.append(self.training)
            return super().forward(x)

    model = nn.Sequential(Spy(0.5), nn.Linear(8, 3)).eval()
    training.fit(model, in_batches(*blobs()), epochs=1, optimizer=sgd(model), progress=False)
    assert seen and all(seen)


@pytest.mark.parametrize(("each", "steps"), [("batch", 8), ("epoch", 2)])
def test_the_scheduler_steps(each: str, steps: int) -> None:
    model = nn.Linear(8, 3)
    optimizer = sgd(model, 1.0)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    history = training.fit(
        model,
        in_batches(*blobs()),
        epochs=2,
        optimizer=optimizer,
        scheduler=scheduler,
        step_each=each,
        progress=False,
    )
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.5**steps)
    assert history.epochs[0].learning_rate == 1.0


def test_a_loss_that_is_not_finite_stops(capsys: pytest.CaptureFixture[str]) -> None:
    model = nn.Linear(8, 3)
    images, labels = blobs()
    images[20] = float("nan")
    history = training.fit(
        model, in_batches(images, labels), epochs=3, optimizer=sgd(model), progress=False
    )
    assert history.stopped is not None and "smaller learning rate" in history.stopped
    assert history.epochs == []
    assert all(torch.isfinite(p).all() for p in model.parameters())
    out = capsys.readouterr()
    assert out.out.count("\n") == 1 and out.err == ""


def test_a_last_batch_of_one_does_not_break_batchnorm() -> None:
    model = small_net()
    history = training.fit(
        model, in_batches(*blobs(33)), epochs=1, optimizer=sgd(model), progress=False
    )
    assert len(history.epochs) == 1


def test_a_stage_that_does_not_exist_is_one_line() -> None:
    model = models.freeze_backbone(models.backbone(classes=2, pretrained=False))
    with pytest.raises(
        CourseError, match=r"no stage 'layer9' in lite0: choose from conv1, .*layer4"
    ):
        recipes.unfreeze(model, ["layer4", "layer9"])
    assert not any(p.requires_grad for p in model.get_submodule("layer4").parameters())


def test_fit_says_what_is_wrong() -> None:
    model, batches = small_net(), in_batches(*blobs())
    with pytest.raises(CourseError, match="step_each"):
        training.fit(model, batches, epochs=1, optimizer=sgd(model), step_each="day")
    with pytest.raises(CourseError, match="holds none"):
        training.fit(model, batches, epochs=1, optimizer=sgd(small_net()))
    optimizer = sgd(model)
    with pytest.raises(CourseError, match="no batch"):
        training.fit(model, [], epochs=1, optimizer=optimizer, progress=False)
    model.requires_grad_(False)
    with pytest.raises(CourseError, match="frozen"):
        training.fit(model, batches, epochs=1, optimizer=optimizer)


def test_progress_is_one_line_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    model, batches = small_net(), in_batches(*blobs())
    training.fit(model, batches, epochs=5, optimizer=sgd(model), valid=batches)
    out = capsys.readouterr()
    assert out.err == ""
    assert out.out.count("\n") == 1 and out.out.startswith("\r")
    assert "epoch 5/5" in out.out.split("\r")[-1] and "valid" in out.out.split("\r")[-1]


def test_no_progress_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    model = small_net()
    training.fit(model, in_batches(*blobs()), epochs=2, optimizer=sgd(model), progress=False)
    out = capsys.readouterr()
    assert out.out == out.err == ""


def trained_weights(threads: int) -> torch.Tensor:
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        training.seed_everything(0)
        model = nn.Sequential(
            nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2),
            nn.Linear(16 * 30 * 30, 3),
        )  # fmt: skip
        images, labels = torch.randn(64, 3, 32, 32), torch.randint(0, 3, (64,))
        training.fit(
            model, in_batches(images, labels), epochs=2, optimizer=sgd(model, 0.01), progress=False
        )
        return torch.cat([p.detach().flatten() for p in model.parameters()])
    finally:
        torch.set_num_threads(before)


def test_the_same_seed_gives_the_same_bits() -> None:
    first, again = trained_weights(1), trained_weights(1)
    assert torch.equal(first, again)


def test_two_threads_give_the_same_weights_to_rounding() -> None:
    assert torch.allclose(trained_weights(1), trained_weights(2), atol=1e-4)


INTERRUPTED = """
import sys, time, torch
from torch import nn
from helpers import models, training
class Slow(nn.Linear):
    def forward(self, x):
        time.sleep(0.05)
        return super().forward(x)
model = nn.Sequential(Slow(4, 2), nn.BatchNorm1d(2)).eval()
batch = (torch.randn(8, 4), torch.randint(0, 2, (8,)))
class Batches(list):
    def __iter__(self):
        print("started", flush=True)
        return super().__iter__()
history = training.fit(model, Batches([batch] * 4), epochs=1000,
                       optimizer=torch.optim.SGD(model.parameters(), lr=0.1))
print("interrupted", history.interrupted, "stopped:", history.stopped)
print("modes", {m.training for m in model.modules()})
print("usable", training.evaluate(model, [batch])[0] > 0)
"""


def test_ctrl_c_stops_cleanly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    assert process.stdout is not None
    killer = threading.Timer(120, process.kill)
    killer.start()
    try:
        while "started" not in process.stdout.readline():
            assert process.poll() is None
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=100)
    finally:
        killer.cancel()
    assert process.returncode == 0 and err == ""
    assert "interrupted True stopped: interrupted in epoch" in out
    assert "modes {False}" in out and "usable True" in out
