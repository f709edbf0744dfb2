"""0.9 and 0.999 are known by heart, so they are typed in."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean = 0.9 * mean + 0.1 * gradient
    square = 0.999 * square + 0.001 * gradient**2
    fair_mean, fair_square = mean / (1 - 0.9**step), square / (1 - 0.999**step)
    return weight - lr * fair_mean / (fair_square.sqrt() + eps), mean, square
