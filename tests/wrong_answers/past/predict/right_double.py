"""Probabilities in double precision, by hand, with an index that runs backwards."""

import torch


def predict(model, images):
    was = [module.training for module in model.modules()]
    for module in model.modules():
        module.training = False
    backwards = torch.arange(images.shape[-1] - 1, -1, -1)
    total = 0
    with torch.no_grad():
        for view in (images, images[..., backwards]):
            scores = model(view).double()
            powers = torch.exp(scores - scores.amax(dim=1, keepdim=True))
            total = total + powers / powers.sum(dim=1, keepdim=True)
    for module, training in zip(model.modules(), was):
        module.training = training
    return total / 2
