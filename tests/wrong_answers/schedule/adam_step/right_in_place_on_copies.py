"""As in torch's source, on copies; settings by name only."""

import torch


@torch.no_grad()
def adam_step(weight, gradient, mean, square, step, lr, *, eps=1e-8, betas=(0.9, 0.999)):
    weight, mean, square = weight.clone(), mean.clone(), square.clone()
    mean.lerp_(gradient, 1 - betas[0])
    square.mul_(betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
    size = (square.sqrt() / (1 - betas[1] ** step) ** 0.5).add_(eps)
    weight.addcdiv_(mean, size, value=-lr / (1 - betas[0] ** step))
    return [weight, mean, square]
