"""+= is thought to be short for a sum, as it is for numbers."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    gradient += weight_decay * weight
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
