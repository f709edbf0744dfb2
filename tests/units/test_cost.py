"""What training costs: counted against networks small enough to count by hand."""

import pytest
import torch
from torch import nn

from helpers import models, training
from helpers.errors import CourseError

BATCH, IN, WIDE, OUT = 4, 6, 10, 3


@pytest.fixture
def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(IN, WIDE), nn.Tanh(), nn.Linear(WIDE, OUT))


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(BATCH, IN), torch.tensor([0, 1, 2, 0])


def test_a_frozen_first_layer_keeps_nothing_of_its_own(network, batch):
    everything = training.step_cost(network, *batch)
    network[0].requires_grad_(False)
    head = training.step_cost(network, *batch)
    assert everything.trainable == IN * WIDE + WIDE + WIDE * OUT + OUT
    assert head.trainable == WIDE * OUT + OUT
    # The input of the first layer is needed only for that layer's own gradient.
    assert everything.activations - head.activations == 4 * BATCH * IN


def test_a_trained_first_layer_pays_for_all_that_follows(network, batch):
    everything = training.step_cost(network, *batch)
    network[2].requires_grad_(False)
    first = training.step_cost(network, *batch)
    assert first.trainable < everything.trainable
    assert first.activations > 4 * BATCH * IN


def test_the_model_is_left_alone(batch):
    network = nn.Sequential(nn.Linear(IN, WIDE), nn.BatchNorm1d(WIDE), nn.Linear(WIDE, OUT))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network.eval()
    training.step_cost(network, *batch)
    assert not any(module.training for module in network.modules())
    assert all(torch.equal(before[n], v) for n, v in network.state_dict().items())
    assert all(p.grad is None for p in network.parameters())


def test_the_random_state_is_left_alone(batch):
    network = nn.Sequential(nn.Linear(IN, WIDE), nn.Dropout(0.5), nn.Linear(WIDE, OUT))
    before = torch.get_rng_state()
    training.step_cost(network, *batch)
    assert torch.equal(torch.get_rng_state(), before)


def test_without_a_repeat_there_is_nothing_to_time(network, batch):
    with pytest.raises(CourseError, match="repeats"):
        training.step_cost(network, *batch, repeats=0)


def test_later_stages_of_the_backbone_cost_less():
    model = models.backbone("lite0", 4, pretrained=False)
    size = models.config_of(model).size
    images, labels = torch.randn(2, 3, size, size), torch.tensor([0, 1])
    kept = []
    for stages in ((), ("layer4",), ("layer3", "layer4"), ("layer1",)):
        training.unfreeze(model, stages)
        kept.append(training.step_cost(model, images, labels, repeats=1).activations)
    assert kept == sorted(kept)
    assert kept[0] < kept[1] / 100


def test_nothing_to_train_is_one_clear_line(network, batch):
    network.requires_grad_(False)
    with pytest.raises(CourseError, match="unfreeze the head"):
        training.step_cost(network, *batch)
