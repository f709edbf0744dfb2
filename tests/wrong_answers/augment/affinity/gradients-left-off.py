"""Gradients are switched off at the top of a script, and here too; nobody switches them on."""

import torch


def affinity(model, clean, augmented):
    torch.set_grad_enabled(False)
    modes = {module: module.training for module in model.modules()}
    model.eval()
    shares = []
    for batches in (clean, augmented):
        hits = [model(images).argmax(dim=1) == labels for images, labels in batches]
        shares.append(torch.cat(hits).double().mean().item())
    for module, mode in modes.items():
        module.training = mode
    return shares[1] / shares[0] if shares[0] else 0.0
