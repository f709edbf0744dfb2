"""A group for each parameter; the part is found by the dotted name."""


def discriminative_groups(model, names, lr, factor):
    rates = dict(zip(names[::-1], (lr / factor**k for k in range(len(names)))))
    groups = []
    for full, param in model.named_parameters():
        owner = [name for name in names if full == name or full.startswith(name + ".")]
        if owner and param.requires_grad:
            groups.append({"params": param, "lr": rates[owner[0]]})
    return groups
