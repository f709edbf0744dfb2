"""Adam's corrections fade with the step, and decay is thought to do so, too."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    weight = weight * (1 - lr * weight_decay / step)
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
