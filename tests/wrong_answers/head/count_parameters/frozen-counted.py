"""sum(p.numel() for p in model.parameters()), the line that everybody copies."""


def count_parameters(module):
    return sum(p.numel() for p in module.parameters())
