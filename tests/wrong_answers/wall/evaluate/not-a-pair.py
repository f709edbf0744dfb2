"""Accuracy is what the tables show, so the loss is not even computed."""

import torch


def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    for module, training in modes.items():
        module.training = training
    return right / count
