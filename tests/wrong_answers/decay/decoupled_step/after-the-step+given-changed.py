"""The new weight, shrunk in place, is the tensor that was given: a training loop's habit."""

from helpers import training


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    new, mean, square = training.adam_step(weight, gradient, mean, square, step, lr, betas, eps)
    weight.copy_(new * (1 - lr * weight_decay))
    return weight.clone(), mean, square
