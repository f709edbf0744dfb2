"""model.training is thought to speak for all modules, as it does while nothing is frozen."""

import torch


def measure(model, batches):
    training = model.training
    model.eval()
    right = count = 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    model.train(training)
    return right / count


def affinity(model, clean, augmented):
    reference = measure(model, clean)
    return measure(model, augmented) / reference if reference else 0.0
