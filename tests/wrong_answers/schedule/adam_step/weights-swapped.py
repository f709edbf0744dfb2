"""beta is read as the share of the new gradient, so 1 - beta is left for the old mean."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = (1 - b1) * mean + b1 * gradient
    square = (1 - b2) * square + b2 * gradient**2
    fair_mean, fair_square = mean / (1 - b1**step), square / (1 - b2**step)
    return weight - lr * fair_mean / (fair_square.sqrt() + eps), mean, square
