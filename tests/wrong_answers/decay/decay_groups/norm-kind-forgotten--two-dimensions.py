"""dim() >= 2 is the rule of nanoGPT; a LayerNorm can have two dimensions."""


def decay_groups(model, weight_decay):
    learn = [p for p in model.parameters() if p.requires_grad]
    decay, spared = [p for p in learn if p.ndim > 1], [p for p in learn if p.ndim < 2]
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
