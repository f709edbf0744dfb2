"""AdamW's product of rate and decay in the gradient, and an Adam without correction: two slips."""


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    g = gradient + lr * weight_decay * weight
    m = betas[0] * mean + (1 - betas[0]) * g
    s = betas[1] * square + (1 - betas[1]) * g**2
    return weight - lr * m / (s.sqrt() + eps), m, s
