"""A number of NumPy's."""

import numpy as np


def count_parameters(module):
    return np.sum([p.detach().numpy().size for p in module.parameters() if p.requires_grad])
