"""Freezes the running statistics like parameters; they are not moved by gradients anyway."""


def freeze_batchnorm(model):
    for name, buffer in model.named_buffers():
        if "running" in name:
            buffer.requires_grad = False
    return model
