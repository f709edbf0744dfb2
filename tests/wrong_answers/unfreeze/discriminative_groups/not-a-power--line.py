"""linspace is what comes to mind for numbers between two ends."""

import numpy as np


def discriminative_groups(model, names, lr, factor):
    rates = np.linspace(lr / factor ** (len(names) - 1), lr, len(names))
    return [
        {
            "params": [p for p in model.get_submodule(n).parameters() if p.requires_grad],
            "lr": float(r),
        }
        for n, r in zip(names, rates)
    ]
