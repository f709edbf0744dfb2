"""Affinity is heard as what the change costs: the share of the accuracy that is lost."""

import torch


def measure(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    right = count = 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    for module, training in modes.items():
        module.training = training
    return right / count


def affinity(model, clean, augmented):
    reference = measure(model, clean)
    return 1 - measure(model, augmented) / reference if reference else 0.0
