"""The first one that fits, as next() gives it: from the wrong end, and without a default."""


def unfreeze_next(model, optimizer, names, lr):
    parts = {name: model.get_submodule(name) for name in names}
    chosen = next(
        name for name, part in parts.items() if not any(p.requires_grad for p in part.parameters())
    )
    parts[chosen].requires_grad_(True)
    optimizer.add_param_group({"params": list(parts[chosen].parameters()), "lr": lr})
    return chosen
