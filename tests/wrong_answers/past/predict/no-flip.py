"""The line for the pictures is copied for their mirror images, and its argument stays."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        flipped = images.flip(3)
        plain = model(images).softmax(dim=1)
        mirrored = model(images).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
