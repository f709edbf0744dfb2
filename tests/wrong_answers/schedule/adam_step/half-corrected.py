"""Only the mean is thought to start too small; the square stands below the line."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    fair = mean / (1 - betas[0] ** step)
    return weight - lr * fair / (square.sqrt() + eps), mean, square
