"""A hook on the whole model puts it into evaluation mode before every batch."""


def freeze_batchnorm(model):
    def keep(module, inputs):
        module.eval()

    model.register_forward_pre_hook(keep)
    return model
