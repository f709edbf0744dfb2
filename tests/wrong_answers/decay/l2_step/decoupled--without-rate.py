"""Weight decay is taken by its name: that share of the weight is gone."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    weight = weight * (1 - weight_decay)
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
