"""filter(...) is thought to give a list, as in Python 2; counting it uses it up."""

import torch


def trainable_optimizer(model, lr):
    params = filter(lambda p: p.requires_grad, model.parameters())
    print(sum(p.numel() for p in params), "numbers to train")
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
