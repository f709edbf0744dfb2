"""The decay is added to the mean, so as not to be in the mean."""


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    m = betas[0] * mean + (1 - betas[0]) * gradient
    s = betas[1] * square + (1 - betas[1]) * gradient**2
    top = m / (1 - betas[0] ** step)
    root = (s / (1 - betas[1] ** step)).sqrt() + eps
    return weight - lr * (top + weight_decay * weight) / root, m, s
