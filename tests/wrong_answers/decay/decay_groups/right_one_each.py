"""A group for each parameter."""


def decay_groups(model, weight_decay):
    norms = {id(p) for m in model.modules() if "Norm" in type(m).__name__ for p in m.parameters()}
    groups = []
    for p in model.parameters():
        if p.requires_grad:
            value = 0.0 if p.dim() < 2 or id(p) in norms else weight_decay
            groups.append({"params": [p], "weight_decay": value})
    return groups
