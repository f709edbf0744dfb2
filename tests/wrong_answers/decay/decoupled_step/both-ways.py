"""The new line is added to the exercise before, whose L2 stays in."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    gradient = gradient + weight_decay * weight
    weight = weight * (1 - lr * weight_decay)
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
