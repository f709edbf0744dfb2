"""The first name is thought to be the first to learn, as the head is, and gets lr."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(names):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
