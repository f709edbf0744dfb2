"""requires_grad_ of whole modules, names followed by hand with getattr."""

import functools

import numpy as np


def set_trainable(model, names):
    found = [functools.reduce(getattr, name.split("."), model) for name in names]
    model.requires_grad_(False)
    for module in found:
        module.requires_grad_(True)
    return int(sum(np.prod(p.shape) for p in model.parameters() if p.requires_grad))
