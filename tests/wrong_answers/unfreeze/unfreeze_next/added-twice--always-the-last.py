"""names[-1] is thought to be the next one, as when one pops from a list."""


def unfreeze_next(model, optimizer, names, lr):
    name = names[-1]
    part = model.get_submodule(name)
    part.requires_grad_(True)
    optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
    return name
