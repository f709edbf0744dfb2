"""The sum of hits is copied without its .item(), as a tensor prints much like a number."""

import torch


def measure(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    right = count = 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).sum()
            count += len(labels)
    for module, training in modes.items():
        module.training = training
    return right / count


def affinity(model, clean, augmented):
    reference = measure(model, clean)
    return measure(model, augmented) / reference if reference else 0.0
