"""An average is begun with the first value, which here is the caller's own tensor."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    # Corrected means are kept: the first of them is the gradient.
    share, share2 = (1 - b1) / (1 - b1**step), (1 - b2) / (1 - b2**step)
    mean = gradient if step == 1 else mean + share * (gradient - mean)
    square = square + share2 * (gradient**2 - square)
    return weight - lr * mean / (square.sqrt() + eps), mean, square
