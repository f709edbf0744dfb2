"""All parameters of all modules."""


def count_parameters(module):
    return sum(p.numel() for m in module.modules() for p in m.parameters() if p.requires_grad)
