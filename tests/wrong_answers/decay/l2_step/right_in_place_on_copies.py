"""torch's kernels, on copies; a list would do as well."""

import torch


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    g = torch.add(gradient, weight, alpha=weight_decay)
    m = mean.clone().lerp_(g, 1 - betas[0])
    s = (square * betas[1]).addcmul_(g, g, value=1 - betas[1])
    root = s.sqrt().div_((1 - betas[1] ** step) ** 0.5).add_(eps)
    return weight.clone().addcdiv_(m, root, value=-lr / (1 - betas[0] ** step)), m, s
