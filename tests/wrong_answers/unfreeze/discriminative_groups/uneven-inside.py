"""A group a parameter is the short way, and each group is thought to be one step further."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in reversed(names):
        for param in model.get_submodule(name).parameters():
            if param.requires_grad:
                groups.append({"params": [param], "lr": lr})
                lr /= factor
    return groups
