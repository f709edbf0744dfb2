"""train(mode) is thought to be called for training only, so its argument is not passed on."""

from torch import nn


def freeze_batchnorm(model):
    def train(mode=True):
        nn.Module.train(model, True)
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                if not module.weight.requires_grad:
                    module.eval()
        return model

    model.train = train
    return model
