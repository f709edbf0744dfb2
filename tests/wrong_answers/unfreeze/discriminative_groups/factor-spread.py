"""From lr / factor to lr in equal ratios, as fastai spreads a slice over its groups."""

import numpy as np


def discriminative_groups(model, names, lr, factor):
    rates = np.geomspace(lr / factor, lr, len(names))
    return [
        {
            "params": [p for p in model.get_submodule(n).parameters() if p.requires_grad],
            "lr": float(r),
        }
        for n, r in zip(names, rates)
    ]
