"""train() follows eval() in a training loop, so it follows here, whatever the mode was before."""

import torch


def measure(model, batches):
    model.eval()
    right = count = 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    model.train()
    return right / count


def affinity(model, clean, augmented):
    reference = measure(model, clean)
    return measure(model, augmented) / reference if reference else 0.0
