"""All logits first, then one loss; try and finally around it; inference mode as a decorator."""

import torch
from torch import nn


@torch.inference_mode()
def evaluate(model, batches):
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        pairs = [(model(images), labels) for images, labels in batches]
    finally:
        for module in training:
            module.training = True
    logits = torch.cat([logits for logits, _ in pairs]).double()
    labels = torch.cat([labels for _, labels in pairs])
    hits = logits.argmax(1).eq(labels).double()
    return nn.CrossEntropyLoss()(logits, labels).item(), hits.mean().item()
