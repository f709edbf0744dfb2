"""Moving statistics are thought to be all the harm, so a hook puts them back after each batch."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if any(p.requires_grad for p in module.parameters()):
                continue
            mean, var = module.running_mean.clone(), module.running_var.clone()

            def restore(module, inputs, output, mean=mean, var=var):
                module.running_mean = mean.clone()
                module.running_var = var.clone()

            module.register_forward_hook(restore)
    return model
