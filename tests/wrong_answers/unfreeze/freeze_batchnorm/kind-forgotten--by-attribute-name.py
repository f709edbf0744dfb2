"""A ResNet calls them bn1 and bn2, so names with bn in them are looked for."""


def freeze_batchnorm(model):
    def keep(module, inputs):
        if not any(p.requires_grad for p in module.parameters()):
            module.eval()

    for name, module in model.named_modules():
        if "bn" in name:
            module.register_forward_pre_hook(keep)
    return model
