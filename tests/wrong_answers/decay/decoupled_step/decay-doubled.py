"""The derivative of a square has a 2, so the decay gets one."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    weight = weight - 2 * lr * weight_decay * weight
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
