"""factor is taken for a decay below 1, such as MAE's layer_decay of 0.75, and multiplies."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr * factor**step})
    return groups
