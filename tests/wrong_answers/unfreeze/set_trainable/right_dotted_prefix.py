"""Names of parameters, compared with the dot; unknown names by the list of modules."""


def set_trainable(model, names):
    unknown = set(names) - {name for name, _ in model.named_modules()}
    if unknown:
        raise ValueError(f"no such part: {', '.join(sorted(unknown))}")
    count = 0
    prefixes = tuple(name + "." for name in names)
    for full, param in model.named_parameters():
        param.requires_grad_(full.startswith(prefixes))
        count += param.numel() * param.requires_grad
    return count
