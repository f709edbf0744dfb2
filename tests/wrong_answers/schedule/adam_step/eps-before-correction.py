"""The paper's short form with a corrected rate."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = b2 * square + (1 - b2) * gradient**2
    rate = lr * (1 - b2**step) ** 0.5 / (1 - b1**step)
    return weight - rate * mean / (square.sqrt() + eps), mean, square
