"""A pair is thought to say all that an optimizer needs: parameters and their rate."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append((params, lr / factor**step))
    return groups
