"""The penalty is added as to a loss: one number, the same for all."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    gradient = gradient + weight_decay * (weight**2).sum()
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
