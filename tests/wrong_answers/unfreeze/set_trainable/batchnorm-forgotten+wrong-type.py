"""BatchNorm is to stay frozen, a habit, and the optimizer comes next: it is handed what learns."""

from torch import nn


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        for module in part.modules():
            if not isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                for parameter in module.parameters(recurse=False):
                    parameter.requires_grad = True
    return [p for p in model.parameters() if p.requires_grad]
