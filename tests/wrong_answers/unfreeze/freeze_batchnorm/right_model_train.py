"""train() of the model is replaced by one that leaves frozen layers in evaluation mode."""

import types

from torch import nn


def freeze_batchnorm(model):
    def train(self, mode=True):
        type(self).train(self, mode)
        for module in self.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)):
                if not any(p.requires_grad for p in module.parameters()):
                    module.eval()
        return self

    model.train = types.MethodType(train, model)
    return model.train(model.training)
