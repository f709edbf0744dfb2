"""The class is asked by name, a habit from weights_init with its __class__.__name__."""


def freeze_batchnorm(model):
    def keep(module, inputs):
        if not any(p.requires_grad for p in module.parameters()):
            module.eval()

    for module in model.modules():
        if module.__class__.__name__ == "BatchNorm2d":
            module.register_forward_pre_hook(keep)
    return model
