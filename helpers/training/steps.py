"""One step of an optimizer as a plain function: numbers in, new numbers out (lessons 04 and 06).

torch's optimizers do the same in place, for all parameters of a network. Here nothing is hidden:
what an optimizer remembers from step to step goes in and comes out.
"""

from __future__ import annotations

import torch


@torch.no_grad()
def sgd_step(
    weight: torch.Tensor,
    gradient: torch.Tensor,
    velocity: torch.Tensor,
    lr: float,
    momentum: float = 0.9,
    nesterov: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One step of gradient descent with momentum, as `torch.optim.SGD` takes it.

    Args:
        weight, gradient, velocity: of one shape; left as they are.
        lr: learning rate.
        momentum: the share of the velocity that is kept.
        nesterov: step with the velocity that the next step would have, were the gradient the same.

    Returns:
        The new weight and the new velocity. A velocity begins with zeros.
    """
    velocity = momentum * velocity + gradient
    direction = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * direction, velocity


@torch.no_grad()
def adam_step(
    weight: torch.Tensor,
    gradient: torch.Tensor,
    mean: torch.Tensor,
    square: torch.Tensor,
    step: int,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """One step of Adam (Kingma and Ba, arXiv 1412.6980), as `torch.optim.Adam` takes it.

    Args:
        weight, gradient: of one shape; left as they are.
        mean, square: running means of the gradient and of its square, zeros at first; not
            corrected.
        step: number of this step, from 1.
        lr: learning rate: about how far each weight moves.
        betas: the shares of the two means that are kept.
        eps: keeps the division from blowing up where gradients are tiny.

    Returns:
        The new weight, mean and square.
    """
    keep, keep_square = betas
    mean = keep * mean + (1 - keep) * gradient
    square = keep_square * square + (1 - keep_square) * gradient**2
    # Both means began at zero: divided by the share that gradients have in them.
    direction = mean / (1 - keep**step)
    size = (square / (1 - keep_square**step)).sqrt()
    return weight - lr * direction / (size + eps), mean, square
