"""frozen[-1] is asked for as if something were always left to unfreeze."""


def unfreeze_next(model, optimizer, names, lr):
    frozen = [
        n for n in names if not any(p.requires_grad for p in model.get_submodule(n).parameters())
    ]
    name = frozen[-1]
    part = model.get_submodule(name).requires_grad_(True)
    optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
    return name
