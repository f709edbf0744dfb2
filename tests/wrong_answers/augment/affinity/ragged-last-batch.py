"""Batches are thought to be of one size, so that the mean of their accuracies is the accuracy."""

import torch


def measure(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    right = count = 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).float().mean().item()
            count += 1
    for module, training in modes.items():
        module.training = training
    return right / count


def affinity(model, clean, augmented):
    reference = measure(model, clean)
    return measure(model, augmented) / reference if reference else 0.0
