"""A loop over plain numbers."""

import math

from helpers import models


def weight_norms(net):
    spared = {id(p) for m in net.modules() if models.is_norm(m) for p in m.parameters()}
    found = {}
    for name, p in net.named_parameters():
        if not p.requires_grad or p.dim() < 2 or id(p) in spared:
            continue
        found[name] = math.hypot(*p.flatten().tolist())
    return found
