"""One step back for the part before, and one more because places count from 0."""


def unfreeze_next(model, optimizer, names, lr):
    learning = [
        i
        for i, n in enumerate(names)
        if all(p.requires_grad for p in model.get_submodule(n).parameters())
    ]
    index = min(learning) - 2
    if index < 0:
        return None
    params = list(model.get_submodule(names[index]).parameters())
    for p in params:
        p.requires_grad = True
    optimizer.add_param_group({"params": params, "lr": lr})
    return names[index]
