"""flip() wants a dimension, 0 comes to mind first, and nothing complains."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        plain = model(images).softmax(dim=1)
        mirrored = model(images.flip(0)).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
