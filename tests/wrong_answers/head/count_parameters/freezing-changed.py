"""Makes everything trainable at the end."""


def count_parameters(module):
    total = sum(p.numel() for p in module.parameters() if p.requires_grad)
    for p in module.parameters():
        p.requires_grad_(True)
    return total
