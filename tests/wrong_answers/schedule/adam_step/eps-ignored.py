"""1e-8 is the only eps that anybody has seen, so it is typed in."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = b2 * square + (1 - b2) * gradient**2
    fair_mean, fair_square = mean / (1 - b1**step), square / (1 - b2**step)
    return weight - lr * fair_mean / (fair_square.sqrt() + 1e-8), mean, square
