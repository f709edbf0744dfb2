"""One hook, on the model as a whole."""

from torch import nn


def freeze_batchnorm(net, kind=nn.modules.batchnorm._BatchNorm):
    def before_each_pass(module, inputs):
        for layer in module.modules():
            if isinstance(layer, kind) and not any(p.requires_grad for p in layer.parameters()):
                layer.train(False)

    net.register_forward_pre_hook(before_each_pass)
    return net
