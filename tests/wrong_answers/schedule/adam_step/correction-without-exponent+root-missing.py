"""No exponent, as in issue 35 of ML-From-Scratch, and no root: two common slips."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = b2 * square + (1 - b2) * gradient**2
    direction, size = mean / (1 - b1), square / (1 - b2)
    return weight - lr * direction / (size + eps), mean, square
