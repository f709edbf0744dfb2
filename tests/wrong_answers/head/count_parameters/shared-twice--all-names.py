"""remove_duplicate=False, which prints every name, also the second of a shared weight."""


def count_parameters(module):
    named = module.named_parameters(remove_duplicate=False)
    return sum(p.numel() for _, p in named if p.requires_grad)
