"""Places from the end begin at 1, and the other end of range(1, n) is not moved along."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step in range(1, len(names)):
        name = names[-step]
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor ** (step - 1)})
    return groups
