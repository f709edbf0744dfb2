"""L1 and L2 are mixed up, and L1 has the sign for a slope."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    gradient = gradient + weight_decay * weight.sign()
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
