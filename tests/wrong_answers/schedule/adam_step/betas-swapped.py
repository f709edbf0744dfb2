"""b2, b1: the larger of the two is thought to come first."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b2, b1 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = b2 * square + (1 - b2) * gradient**2
    fair_mean, fair_square = mean / (1 - b1**step), square / (1 - b2**step)
    return weight - lr * fair_mean / (fair_square.sqrt() + eps), mean, square
