"""images is assigned anew, as in a chain of transforms, and the originals are out of reach."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        images = images.flip(3)
        plain = model(images).softmax(dim=1)
        mirrored = model(images).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
