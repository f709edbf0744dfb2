"""From the input on, the power counted from the end; a comprehension."""


def discriminative_groups(model, names, lr, factor):
    return [
        {
            "params": [p for p in model.get_submodule(name).parameters() if p.requires_grad],
            "lr": lr * factor ** (place - len(names) + 1),
        }
        for place, name in enumerate(names)
    ]
