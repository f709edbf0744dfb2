"""Steps, then takes the decay of the old weight away."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    new, mean, square = training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
    return new - lr * weight_decay * weight, mean, square
