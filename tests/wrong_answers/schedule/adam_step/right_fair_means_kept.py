"""Corrected means are kept, and weighed by the number of the step."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    share, share_square = ((1 - beta) / (1 - beta**step) for beta in betas)
    mean = (1 - share) * mean + share * gradient
    square = (1 - share_square) * square + share_square * gradient**2
    return weight - lr * mean / (square.sqrt() + eps), mean, square
