"""Parameters are asked one by one whether they are frozen, BatchNorms kept so included."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        frozen = [p for p in model.get_submodule(name).parameters() if not p.requires_grad]
        if frozen:
            for param in frozen:
                param.requires_grad = True
            optimizer.add_param_group({"params": frozen, "lr": lr})
            return name
    return None
