"""train() as detection backbones with norm_eval have it: every BatchNorm stays in eval()."""

import types

from torch import nn


def freeze_batchnorm(model):
    def train(self, mode=True):
        nn.Module.train(self, mode)
        for module in self.modules():
            if "BatchNorm" in type(module).__name__:
                module.eval()
        return self

    model.train = types.MethodType(train, model)
    return model
