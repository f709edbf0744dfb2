"""The division stands in the inner loop: once for each parameter."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in reversed(names):
        for param in model.get_submodule(name).parameters():
            if param.requires_grad:
                groups.append({"params": [param], "lr": lr})
                lr /= factor
    return groups
