"""A generator expression is used like a list, and the print has used it up."""


def decay_groups(model, weight_decay):
    learn = (p for p in model.parameters() if p.requires_grad)
    print(len(list(learn)), "parameters")
    decay = [p for p in learn if p.ndim >= 2]
    spared = [p for p in learn if p.ndim < 2]
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
