"""The name unfreeze_next is heard as the question which part comes next."""


def unfreeze_next(model, optimizer, names, lr):
    frozen = [
        n for n in names if not any(p.requires_grad for p in model.get_submodule(n).parameters())
    ]
    if not frozen:
        return None
    name = frozen.pop()
    part = model.get_submodule(name).requires_grad_(True)
    optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
    return frozen[-1] if frozen else "nothing left"
