"""The denominator alone, as issue 67105 of torch (AdamD) wishes to have it."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    fair = square / (1 - betas[1] ** step)
    return weight - lr * mean / (fair.sqrt() + eps), mean, square
