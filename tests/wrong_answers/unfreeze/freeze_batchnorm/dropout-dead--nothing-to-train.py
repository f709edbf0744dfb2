"""Frozen is read as without anything to train, and that is what every dropout is."""


def freeze_batchnorm(model):
    def keep(module, inputs):
        if not any(p.requires_grad for p in module.parameters()):
            module.eval()

    for module in model.modules():
        module.register_forward_pre_hook(keep)
    return model
