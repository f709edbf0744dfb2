"""A tenth of the first group's rate, as Lightning's BaseFinetuning takes when given none."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            rate = optimizer.param_groups[0]["lr"] / 10
            optimizer.add_param_group({"params": list(part.parameters()), "lr": rate})
            return name
    return None
