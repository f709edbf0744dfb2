"""eval() is the first line of every recipe for inference, and there nothing is put back."""

import torch


def measure(model, batches):
    model.eval()
    right = count = 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return right / count


def affinity(model, clean, augmented):
    reference = measure(model, clean)
    return measure(model, augmented) / reference if reference else 0.0
