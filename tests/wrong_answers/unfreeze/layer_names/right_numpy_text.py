"""Cut with NumPy, whose texts are texts too; an argument more, with a default."""

import numpy as np


def layer_names(model, depth=1, separator="."):
    names = [n for n, m in model.named_modules() if n and not any(True for _ in m.children())]
    cut = [separator.join(name.split(".")[:depth]) for name in names]
    _, first = np.unique(cut, return_index=True)
    return list(np.array(cut)[np.sort(first)])
