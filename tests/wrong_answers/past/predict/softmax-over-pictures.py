"""softmax wants a dim, and 0 is the first that comes to mind."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        plain = model(images).softmax(dim=0)
        mirrored = model(images.flip(3)).softmax(dim=0)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
