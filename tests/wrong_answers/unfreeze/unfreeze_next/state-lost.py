"""The optimizer is made anew after unfreezing, as fastai does it (issue 2133)."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            groups = [{"params": g["params"], "lr": g["lr"]} for g in optimizer.param_groups]
            groups.append({"params": list(part.parameters()), "lr": lr})
            optimizer.__init__(groups, lr=lr, momentum=0.9, nesterov=True)
            return name
    return None
