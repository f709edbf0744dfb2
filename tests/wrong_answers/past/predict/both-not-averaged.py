"""torch.cat saves a second pass, and that there are now twice as many rows is forgotten."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        both = model(torch.cat([images, images.flip(3)])).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return both
