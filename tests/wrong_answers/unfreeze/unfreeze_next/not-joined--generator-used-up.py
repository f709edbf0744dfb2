"""part.parameters() is kept in a variable as if it were a list, and used twice."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            params = part.parameters()
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
