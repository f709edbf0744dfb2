"""Optimizer steps as plain functions: what torch's optimizers do, and nothing in place."""

from __future__ import annotations

import pytest
import torch

from helpers import training

STEPS = 20


def course(seed: int) -> tuple[torch.Tensor, list[torch.Tensor], torch.Generator]:
    """A weight of random shape, and a gradient for each step."""
    chance = torch.Generator().manual_seed(seed)
    dimensions = int(torch.randint(0, 4, (1,), generator=chance))
    shape = torch.randint(1, 6, (dimensions,), generator=chance).tolist()
    size = 10 ** float(torch.rand(1, generator=chance) * 4 - 3)
    gradients = [size * torch.randn(shape, generator=chance) for _ in range(STEPS)]
    return torch.randn(shape, generator=chance), gradients, chance


def torch_course(
    kind: type[torch.optim.Optimizer],
    weight: torch.Tensor,
    gradients: list[torch.Tensor],
    **settings: object,
) -> list[torch.Tensor]:
    parameter = torch.nn.Parameter(weight.clone())
    optimizer = kind([parameter], **settings)
    places = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        places.append(parameter.detach().clone())
    return places


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("nesterov", [False, True])
def test_sgd_is_torchs(seed: int, nesterov: bool) -> None:
    weight, gradients, chance = course(seed)
    lr, momentum = torch.rand(2, generator=chance).tolist()
    theirs = torch_course(
        torch.optim.SGD, weight, gradients, lr=lr, momentum=momentum, nesterov=nesterov
    )
    velocity = torch.zeros_like(weight)
    for gradient, place in zip(gradients, theirs, strict=True):
        weight, velocity = training.sgd_step(weight, gradient, velocity, lr, momentum, nesterov)
        assert torch.allclose(weight, place, rtol=1e-5, atol=1e-6)


def test_without_momentum_sgd_is_descent() -> None:
    weight, gradients, _ = course(3)
    velocity = torch.full_like(weight, 7.0)
    moved, velocity = training.sgd_step(weight, gradients[0], velocity, 0.1, momentum=0.0)
    assert torch.allclose(moved, weight - 0.1 * gradients[0])
    assert torch.equal(velocity, gradients[0])


@pytest.mark.parametrize("seed", range(24))
def test_adam_is_torchs(seed: int) -> None:
    weight, gradients, chance = course(seed)
    lr, first, second = torch.rand(3, generator=chance).tolist()
    settings = {"betas": (first, 0.9 + second / 10), "eps": 10 ** (-8 + 6 * first)}
    theirs = torch_course(torch.optim.Adam, weight, gradients, lr=lr, **settings)
    mean, square = torch.zeros_like(weight), torch.zeros_like(weight)
    for step, (gradient, place) in enumerate(zip(gradients, theirs, strict=True), 1):
        weight, mean, square = training.adam_step(
            weight, gradient, mean, square, step, lr, **settings
        )
        assert torch.allclose(weight, place, rtol=1e-5, atol=1e-6)


def test_the_defaults_are_torchs() -> None:
    weight, gradients, _ = course(5)
    zeros = torch.zeros_like(weight)
    sgd = torch_course(torch.optim.SGD, weight, gradients[:1], lr=0.1, momentum=0.9)
    adam = torch_course(torch.optim.Adam, weight, gradients[:1], lr=0.1)
    assert torch.allclose(training.sgd_step(weight, gradients[0], zeros, 0.1)[0], sgd[0])
    ours = training.adam_step(weight, gradients[0], zeros, zeros, 1, 0.1)[0]
    assert torch.allclose(ours, adam[0])


def test_nothing_is_changed_in_place_and_no_graph_is_kept() -> None:
    weight, gradients, _ = course(1)
    tensors = [weight.clone().requires_grad_(), gradients[0], *[torch.ones_like(weight)] * 2]
    before = [tensor.detach().clone() for tensor in tensors]
    made = [
        *training.sgd_step(*tensors[:3], lr=0.1, nesterov=True),
        *training.adam_step(*tensors, step=3, lr=0.1),
    ]
    for tensor, value in zip(tensors, before, strict=True):
        assert torch.equal(tensor, value)
    assert not any(tensor.requires_grad for tensor in made)
