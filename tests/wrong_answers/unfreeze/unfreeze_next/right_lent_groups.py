"""A second optimizer lends its groups; the state stays where it is."""

import torch


def unfreeze_next(model, optimizer, names, lr):
    waiting = [
        n for n in names if not any(p.requires_grad for p in model.get_submodule(n).parameters())
    ]
    if not waiting:
        return None
    part = model.get_submodule(waiting[-1])
    for p in part.parameters():
        p.requires_grad_()
    other = torch.optim.SGD(part.parameters(), **{**optimizer.defaults, "lr": lr})
    optimizer.param_groups += other.param_groups
    return waiting[-1]
