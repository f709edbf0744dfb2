"""NumPy's fliplr mirrors a picture [H, W, 3], so torch.fliplr is thought to mirror a batch."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        plain = model(images).softmax(dim=1)
        mirrored = model(torch.fliplr(images)).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
