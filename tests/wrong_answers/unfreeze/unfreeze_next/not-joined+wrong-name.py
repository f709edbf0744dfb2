"""A new optimizer, as fastai makes one (issue 2133), that nobody gets; and the loop's index."""

import torch


def unfreeze_next(model, optimizer, names, lr):
    for place in range(len(names) - 1, -1, -1):
        part = model.get_submodule(names[place])
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer = torch.optim.SGD(part.parameters(), lr=lr, momentum=0.9, nesterov=True)
            return place
    return None
