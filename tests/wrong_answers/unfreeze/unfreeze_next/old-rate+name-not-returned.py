"""The group is thought to find its rate itself, and work in place to need no answer."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": list(part.parameters())})
            return
