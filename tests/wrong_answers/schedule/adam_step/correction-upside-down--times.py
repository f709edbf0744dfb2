"""The corrections multiply, as they did in ConvNetJS until somebody noticed (issue 70 there)."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = mean * b1 + (1 - b1) * gradient
    square = square * b2 + (1 - b2) * gradient * gradient
    less1, less2 = 1 - b1**step, 1 - b2**step
    return weight - lr * (mean * less1) / ((square * less2).sqrt() + eps), mean, square
