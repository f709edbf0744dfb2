"""Everything by name, other names of one's own, more settings with defaults."""

from helpers import training


def l2_step(w, g, m, v, t, rate, decay, betas=(0.9, 0.999), eps=1e-8, *, maximize=False, **rest):
    if decay:
        g = (-g if maximize else g).add(w, alpha=decay)
    return training.adam_step(
        weight=w, gradient=g, mean=m, square=v, step=t, lr=rate, betas=betas, eps=eps
    )
