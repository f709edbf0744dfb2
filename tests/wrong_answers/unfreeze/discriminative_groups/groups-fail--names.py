"""An optimizer is thought to look parameters up by name, as a state_dict does."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        named = model.get_submodule(name).named_parameters()
        params = [f"{name}.{n}" for n, p in named if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
