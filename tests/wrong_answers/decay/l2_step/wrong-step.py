"""Decay in every other step, as lazy regularisation saves time."""


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    if step % 2:
        gradient = gradient + weight_decay * weight
    m = betas[0] * mean + (1 - betas[0]) * gradient
    s = betas[1] * square + (1 - betas[1]) * gradient**2
    top = m / (1 - betas[0] ** step)
    root = (s / (1 - betas[1] ** step)).sqrt() + eps
    return weight - lr * top / root, m, s
