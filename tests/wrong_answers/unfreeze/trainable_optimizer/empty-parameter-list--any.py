"""The parameters are looked at first, and used up, as by SparseAdam (pytorch issue 47594)."""

import torch


def trainable_optimizer(model, lr):
    params = (p for p in model.parameters() if p.requires_grad)
    if len(list(params)) == 0:
        raise RuntimeError("nothing to train")
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
