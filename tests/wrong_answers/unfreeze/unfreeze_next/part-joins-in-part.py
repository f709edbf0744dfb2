"""A layer is thought to learn by its weight, so names that end otherwise do not join."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            weights = [p for n, p in part.named_parameters() if n.endswith("weight")]
            optimizer.add_param_group({"params": weights, "lr": lr})
            return name
    return None
