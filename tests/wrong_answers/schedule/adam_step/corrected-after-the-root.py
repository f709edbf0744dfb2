"""The root of the correction is forgotten: a reviewer's catch in torch's pull request 23737."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    size = square.sqrt() / (1 - betas[1] ** step) + eps
    return weight - lr * (mean / (1 - betas[0] ** step)) / size, mean, square
