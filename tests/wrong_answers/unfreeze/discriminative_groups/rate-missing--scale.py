"""As in MAE's lr_decay.py, whose training loop reads lr_scale; no optimizer does."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr_scale": 1 / factor**step})
    return groups
