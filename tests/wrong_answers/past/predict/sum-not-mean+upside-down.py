"""The largest sum is the largest mean, and a picture's first axis is taken for the width."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        total = sum(model(view).softmax(dim=1) for view in (images, images.flip(2)))
    for module, training in modes:
        module.training = training
    return total
