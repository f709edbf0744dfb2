"""The real picture is thought to deserve more weight than its mirror image."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        plain = model(images).softmax(dim=1)
        mirrored = model(images.flip(3)).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (2 * plain + mirrored) / 3
