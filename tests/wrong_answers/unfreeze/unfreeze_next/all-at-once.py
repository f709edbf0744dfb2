"""return is kept for the end of the function, and so the loop goes on to the input."""


def unfreeze_next(model, optimizer, names, lr):
    unfrozen = None
    for name in reversed(names):
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
            unfrozen = unfrozen or name
    return unfrozen
