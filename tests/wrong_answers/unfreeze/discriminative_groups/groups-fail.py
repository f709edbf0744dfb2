"""The key is called parameters, as the method of the model is."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"parameters": params, "lr": lr / factor**step})
    return groups
