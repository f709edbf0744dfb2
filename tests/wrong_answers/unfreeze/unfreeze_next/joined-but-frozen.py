"""What an optimizer holds is thought to learn, so requires_grad is not looked at."""


def unfreeze_next(model, optimizer, names, lr):
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    for name in reversed(names):
        params = list(model.get_submodule(name).parameters())
        if not any(id(p) in held for p in params):
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
