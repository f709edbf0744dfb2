"""detach() on the result is thought to be as good as no_grad: the graph was built by then."""

import torch
from torch.nn import functional as F


def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    pairs = [(model(images).detach(), labels) for images, labels in batches]
    for module, training in modes.items():
        module.training = training
    logits, labels = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    hits = logits.argmax(dim=1) == labels
    return F.cross_entropy(logits, labels).item(), hits.float().mean().item()
