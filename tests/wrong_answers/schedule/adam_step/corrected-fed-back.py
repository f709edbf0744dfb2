"""Corrected in place, one name for both, as RAdam in issue 1 of frgfm/holocron."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = b2 * square + (1 - b2) * gradient**2
    mean = mean / (1 - b1**step)
    square = square / (1 - b2**step)
    return weight - lr * mean / (square.sqrt() + eps), mean, square
