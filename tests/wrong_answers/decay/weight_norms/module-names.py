"""named_modules() tells the layers apart, so it is their names that come out."""

from torch import nn


def weight_norms(model):
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Embedding)
    return {
        name: module.weight.norm().item()
        for name, module in model.named_modules()
        if isinstance(module, kinds) and module.weight.requires_grad
    }
