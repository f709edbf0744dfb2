"""torch's kernels, on copies."""

import torch


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    m = mean.clone().lerp_(gradient, 1 - betas[0])
    s = (square * betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
    root = s.sqrt().div_((1 - betas[1] ** step) ** 0.5).add_(eps)
    new = weight.clone().mul_(1 - lr * weight_decay)
    return [new.addcdiv_(m, root, value=-lr / (1 - betas[0] ** step)), m, s]
