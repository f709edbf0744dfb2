"""Goes down by itself and hands on whom it has met."""


def count_parameters(module, seen=None):
    seen = set() if seen is None else seen
    total = 0
    for parameter in module._parameters.values():
        if parameter is not None and parameter.requires_grad and id(parameter) not in seen:
            seen.add(id(parameter))
            total += parameter.nelement()
    return total + sum(count_parameters(child, seen) for child in module.children())
