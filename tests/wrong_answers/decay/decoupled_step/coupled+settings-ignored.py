"""L2 once more, copied from the exercise before, and the settings stay behind: two slips."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    g = gradient + weight_decay * weight
    return training.adam_step(weight, g, mean, square, step, lr)
