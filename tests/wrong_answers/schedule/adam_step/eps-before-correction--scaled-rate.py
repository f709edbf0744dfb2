"""The corrections are put into the rate; eps goes along: issue 304 of nanochat, and older Keras."""

import math


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean = mean + (1 - betas[0]) * (gradient - mean)
    square = square + (1 - betas[1]) * (gradient.square() - square)
    rate = lr * math.sqrt(1 - betas[1] ** step) / (1 - betas[0] ** step)
    return weight - rate * mean / (square.sqrt() + eps), mean, square
