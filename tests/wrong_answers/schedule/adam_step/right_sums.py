"""Plain sums are kept instead of means, and divided by the sum of their shares."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    total = betas[0] * mean + gradient
    total_square = betas[1] * square + gradient**2
    shares = [sum(beta**k for k in range(step)) for beta in betas]
    root = (total_square / shares[1]) ** 0.5
    return weight - lr * (total / shares[0]) / (root + eps), total, total_square
