"""torch's functional AdamW on copies."""

import torch
from torch.optim.adamw import adamw


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    new, m, s = weight.clone(), mean.clone(), square.clone()
    adamw(
        [new], [gradient], [m], [s], [], [torch.tensor(float(step - 1))], foreach=False,
        amsgrad=False, beta1=betas[0], beta2=betas[1], lr=lr, weight_decay=weight_decay, eps=eps,
        maximize=False,
    )  # fmt: skip
    return new, m, s
