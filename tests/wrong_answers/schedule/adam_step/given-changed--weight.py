"""weight -= is how a loop by hand makes a step; here the tensor is somebody else's."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = b2 * square + (1 - b2) * gradient**2
    weight -= lr * mean / (1 - b1**step) / ((square / (1 - b2**step)).sqrt() + eps)
    return weight, mean, square
