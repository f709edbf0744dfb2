"""The one half of the L2 penalty is taken along to where no penalty is."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    shrunk = weight - 0.5 * lr * weight_decay * weight
    return training.adam_step(shrunk, gradient, mean, square, step, lr, betas, eps)
