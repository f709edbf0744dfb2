"""The decay of the paper, without the rate, and an Adam without correction: two slips."""


def decoupled_step(
    weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8
):
    m = betas[0] * mean + (1 - betas[0]) * gradient
    s = betas[1] * square + (1 - betas[1]) * gradient**2
    return weight * (1 - weight_decay) - lr * m / (s.sqrt() + eps), m, s
