"""What the optimizer does not hold yet is frozen; one group for each parameter."""


def unfreeze_next(model, optimizer, names, lr):
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    left = [
        name for name in names if not held & {id(p) for p in model.get_submodule(name).parameters()}
    ]
    if not left:
        return None
    for full, param in model.named_parameters():
        if full.startswith(left[-1] + ".") or full == left[-1]:
            param.requires_grad_(True)
            optimizer.add_param_group({"params": [param], "lr": lr})
    return left[-1]
