"""Each group brings the article's other settings along."""


def discriminative_groups(model, names, lr, factor):
    common = {"momentum": 0.9, "nesterov": True, "weight_decay": 1e-4}
    groups = []
    for name in names[::-1]:
        learning = filter(lambda p: p.requires_grad, model.get_submodule(name).parameters())
        groups.insert(0, {"params": learning, "lr": lr, "name": name, **common})
        lr /= factor
    return groups
