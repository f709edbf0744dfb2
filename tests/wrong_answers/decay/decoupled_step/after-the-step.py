"""Decoupled is read as a step of its own, which comes after Adam's."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    weight, mean, square = training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
    return weight * (1 - lr * weight_decay), mean, square
