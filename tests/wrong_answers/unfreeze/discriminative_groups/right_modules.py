"""Modules looked up in a dict, own parameters of each; empty groups left out; more settings."""

import math


def discriminative_groups(net, parts, base, ratio):
    modules = dict(net.named_modules())
    groups = []
    for k, part in enumerate(parts):
        params = []
        for module in modules[part].modules():
            params.extend(
                p for p in module._parameters.values() if p is not None and p.requires_grad
            )
        steps = len(parts) - 1 - k
        if params:
            rate = math.exp(math.log(base) - steps * math.log(ratio))
            groups.append({"params": params, "lr": rate, "name": part, "momentum": 0.0})
    return tuple(groups)
