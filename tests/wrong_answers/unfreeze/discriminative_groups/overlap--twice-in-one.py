"""modules() is thought to go down one level and parameters() the next; both go all the way."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = []
        for module in model.get_submodule(name).modules():
            params += [p for p in module.parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
