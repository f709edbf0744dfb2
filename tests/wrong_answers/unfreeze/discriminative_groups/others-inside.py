"""An optimizer is thought to need the whole model, so the rest joins at the end."""


def discriminative_groups(model, names, lr, factor):
    groups, seen = [], set()
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        seen |= {id(p) for p in params}
        groups.append({"params": params, "lr": lr / factor**step})
    rest = [p for p in model.parameters() if p.requires_grad and id(p) not in seen]
    groups.append({"params": rest, "lr": lr / factor ** len(names)})
    return groups
