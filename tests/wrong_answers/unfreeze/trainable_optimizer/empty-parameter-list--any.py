"""A generator is asked whether there is anything in it until nothing is."""

import torch


def trainable_optimizer(model, lr):
    params = (p for p in model.parameters() if p.requires_grad)
    if len(list(params)) == 0:
        raise RuntimeError("nothing to train")
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
