"""Linear layers and convolutions by kind, as in torch's issue 1402; no embeddings."""

from torch import nn


def decay_groups(model, weight_decay):
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d)
    chosen = {m.weight for m in model.modules() if isinstance(m, kinds)}
    learn = [p for p in model.parameters() if p.requires_grad]
    decay, spared = [p for p in learn if p in chosen], [p for p in learn if p not in chosen]
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
