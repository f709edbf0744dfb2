"""A train() without the argument mode, which eval() needs."""

from torch import nn


def freeze_batchnorm(model):
    def train():
        nn.Module.train(model)
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                if not module.weight.requires_grad:
                    module.eval()
        return model

    model.train = train
    return model
