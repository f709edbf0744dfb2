"""Clean first, as in the list of arguments; and the model stays in evaluation mode."""

import torch


@torch.no_grad()
def affinity(model, clean, augmented):
    model.eval()
    shares = []
    for batches in (clean, augmented):
        hits = torch.cat([model(x).argmax(dim=1) == y for x, y in batches])
        shares.append(hits.double().mean().item())
    return shares[0] / shares[1] if shares[0] else 0.0
