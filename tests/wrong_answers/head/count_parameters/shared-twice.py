"""Goes from module to module."""


def count_parameters(module):
    return sum(
        p.numel() for m in module.modules() for p in m.parameters(recurse=False) if p.requires_grad
    )
