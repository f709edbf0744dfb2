"""recurse=False is read as each parameter once."""


def count_parameters(module):
    return sum(p.numel() for p in module.parameters(recurse=False) if p.requires_grad)
