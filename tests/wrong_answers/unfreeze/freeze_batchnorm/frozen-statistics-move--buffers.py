"""Running statistics are thought to move by gradients, as parameters do."""


def freeze_batchnorm(model):
    for name, buffer in model.named_buffers():
        if "running" in name:
            buffer.requires_grad = False
    return model
