"""eval() is thought to concern BatchNorm alone, so a hook puts the whole model into it."""


def freeze_batchnorm(model):
    def keep(module, inputs):
        module.eval()

    model.register_forward_pre_hook(keep)
    return model
