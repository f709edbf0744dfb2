"""All groups get the same settings in one go, typed from memory without Nesterov."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
            for group in optimizer.param_groups:
                group.update(momentum=0.9, nesterov=False)
            return name
    return None
