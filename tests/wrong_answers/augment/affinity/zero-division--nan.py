"""Tensors are taken because they divide by zero without an error; what comes out goes unseen."""

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
    changed = torch.tensor(measure(model, augmented))
    return (changed / torch.tensor(reference)).item()
