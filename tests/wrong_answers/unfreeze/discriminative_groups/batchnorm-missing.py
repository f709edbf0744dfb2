"""BatchNorm is left out of fine-tuning as a rule, although it learns here."""

from torch import nn


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = []
        for module in model.get_submodule(name).modules():
            if not isinstance(module, nn.modules.batchnorm._BatchNorm):
                params += [p for p in module.parameters(recurse=False) if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
