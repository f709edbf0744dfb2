"""remove_duplicate=False sounds like leaving nothing out."""


def count_parameters(module):
    return sum(
        p.numel() for _, p in module.named_parameters(remove_duplicate=False) if p.requires_grad
    )
