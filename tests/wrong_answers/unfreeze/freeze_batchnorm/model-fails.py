"""train() is written as a loop calls it, without the argument that eval() hands over."""

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
