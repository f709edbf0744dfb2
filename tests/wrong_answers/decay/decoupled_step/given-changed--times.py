"""weight *= is thought to make something new, as it does with numbers."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    weight *= 1 - lr * weight_decay
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
