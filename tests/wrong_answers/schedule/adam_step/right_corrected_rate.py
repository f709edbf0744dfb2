"""The correction in the rate and in eps."""


def adam_step(w, g, m, v, t, rate, betas=(0.9, 0.999), eps=1e-8):
    m = m + (1 - betas[0]) * (g - m)
    v = v + (1 - betas[1]) * (g * g - v)
    root = (1 - betas[1] ** t) ** 0.5
    return w - rate * root / (1 - betas[0] ** t) * m / (v**0.5 + eps * root), m, v
