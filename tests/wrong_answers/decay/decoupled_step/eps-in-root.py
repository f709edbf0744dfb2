"""Adam is written out once more, with eps under the root as in a BatchNorm."""


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    shrunk = weight * (1 - lr * weight_decay)
    m = betas[0] * mean + (1 - betas[0]) * gradient
    s = betas[1] * square + (1 - betas[1]) * gradient**2
    top = m / (1 - betas[0] ** step)
    root = (s / (1 - betas[1] ** step)).sqrt() + eps
    return shrunk - lr * top / (s / (1 - betas[1] ** step) + eps).sqrt(), m, s
