"""forward of each frozen layer is wrapped."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        is_norm = isinstance(module, nn.modules.batchnorm._NormBase) and module.track_running_stats
        if is_norm and not any(p.requires_grad for p in module.parameters()):

            def forward(x, module=module, usual=module.forward):
                was = module.training
                module.training = False
                try:
                    return usual(x)
                finally:
                    module.training = was

            module.forward = forward
    return model
