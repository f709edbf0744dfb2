"""The square was computed last and comes first; only the mean is thought too small."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    direction = mean / (1 - betas[0] ** step)
    return weight - lr * direction / (square.sqrt() + eps), square, mean
