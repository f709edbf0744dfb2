"""Each frozen layer gets a train() that always means evaluation mode."""

import functools

from torch import nn


def freeze_batchnorm(net):
    frozen = [
        m
        for m in net.modules()
        if isinstance(m, nn.modules.batchnorm._BatchNorm)
        and all(not p.requires_grad for p in m.parameters())
    ]
    for layer in frozen:
        layer.train = functools.partial(nn.Module.train, layer, False)
        layer.train()

        def train(mode=True, layer=layer):
            layer.training = False
            return layer

        layer.train = train
    return net
