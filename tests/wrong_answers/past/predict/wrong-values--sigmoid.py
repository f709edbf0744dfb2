"""sigmoid where softmax was meant: a course on binary classification went before."""

import torch


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        plain = model(images).sigmoid()
        mirrored = model(images.flip(3)).sigmoid()
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
