"""Later groups are thought to override an earlier one, so the whole model comes first."""


def discriminative_groups(model, names, lr, factor):
    groups = [{"params": [p for p in model.parameters() if p.requires_grad], "lr": lr}]
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
