"""An optimizer is given what can be trained, and so is its new group, head and all."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            params = [p for p in model.parameters() if p.requires_grad]
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
