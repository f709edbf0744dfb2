"""The largest sum is the largest mean, so the division is left out."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        plain = model(images).softmax(dim=1)
        mirrored = model(images.flip(3)).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return plain + mirrored
