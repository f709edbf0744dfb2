"""A copy of an old group's settings with other parameters and rate, appended by hand."""


def unfreeze_next(model, optimizer, names, lr):
    index = len(names) - 1
    while index >= 0:
        part = model.get_submodule(names[index])
        if next(part.parameters()).requires_grad:
            index -= 1
            continue
        part.requires_grad_(True)
        settings = {k: v for k, v in optimizer.param_groups[0].items() if k != "params"}
        settings.update(params=list(part.parameters()), lr=lr)
        optimizer.param_groups.append(settings)
        return names[index]
