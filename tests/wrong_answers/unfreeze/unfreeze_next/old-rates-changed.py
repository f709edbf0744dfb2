"""The loop over param_groups is copied from adjust_learning_rate of the ImageNet example."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": list(part.parameters())})
            for group in optimizer.param_groups:
                group["lr"] = lr
            return name
    return None
