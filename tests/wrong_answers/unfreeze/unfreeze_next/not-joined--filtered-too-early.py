"""The filter that goes with every optimizer is put first, while the part is still frozen."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        params = [p for p in part.parameters() if p.requires_grad]
        if not params:
            part.requires_grad_(True)
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
