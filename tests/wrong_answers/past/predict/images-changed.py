"""The mirror images are written into the pictures themselves."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        plain = model(images).softmax(dim=1)
        images[:] = images.flip(3)
        mirrored = model(images).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
