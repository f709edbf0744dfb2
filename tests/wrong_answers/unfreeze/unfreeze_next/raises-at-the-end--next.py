"""next() over a condition is the idiom for the first that fits, and one is thought to fit."""


def unfreeze_next(model, optimizer, names, lr):
    def is_frozen(name):
        return not any(p.requires_grad for p in model.get_submodule(name).parameters())

    name = next(n for n in reversed(names) if is_frozen(n))
    part = model.get_submodule(name).requires_grad_(True)
    optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
    return name
