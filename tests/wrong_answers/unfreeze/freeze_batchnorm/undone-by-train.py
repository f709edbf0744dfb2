"""bn.eval() once is thought to last; train() undoes it, as in pgniewko/gt-pyg issue 112."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.eval()
    return model
