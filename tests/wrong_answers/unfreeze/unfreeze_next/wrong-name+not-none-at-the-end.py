"""The part itself is handed back, whatever part the loop has ended with."""


def unfreeze_next(model, optimizer, names, lr):
    for part in map(model.get_submodule, reversed(names)):
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
            break
    return part
