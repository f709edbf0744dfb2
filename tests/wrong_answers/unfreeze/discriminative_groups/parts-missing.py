"""The return line is indented along with the append above it."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
        return groups
