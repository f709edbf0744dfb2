"""A line of its own without the rate, as in torch's pull request 4429."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    weight, mean, square = training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
    return weight - weight_decay * weight, mean, square
