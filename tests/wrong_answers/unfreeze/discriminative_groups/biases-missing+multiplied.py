"""Weights only, as where decay is kept off the biases; and a factor that multiplies."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for k, name in enumerate(reversed(names)):
        params = [
            p
            for full, p in model.get_submodule(name).named_parameters(prefix=name)
            if p.requires_grad and not full.endswith("bias")
        ]
        groups.append({"params": params, "lr": lr * factor**k})
    return groups
