"""A new part shall begin without momentum; when all have joined, one rate is to hold for all."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            group = {"params": part.parameters(), "lr": lr, "momentum": 0, "nesterov": False}
            optimizer.add_param_group(group)
            return name
    for group in optimizer.param_groups:
        group["lr"] = lr
    return None
