"""The decay into the gradient, the rest is the library's."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    return training.adam_step(
        weight, gradient + weight_decay * weight, mean, square, step, lr, betas, eps
    )
