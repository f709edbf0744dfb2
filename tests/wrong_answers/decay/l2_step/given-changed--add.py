"""add_, as torch's SGD once put the decay into the gradient."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    gradient.add_(weight, alpha=weight_decay)
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
