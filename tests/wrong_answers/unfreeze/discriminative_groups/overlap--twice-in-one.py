"""Goes through modules and, in each, through all parameters inside: nested ones come twice."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = []
        for module in model.get_submodule(name).modules():
            params += [p for p in module.parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
