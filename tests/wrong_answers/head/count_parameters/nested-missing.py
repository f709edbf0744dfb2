"""children() is taken for all that is inside."""


def count_parameters(module):
    return sum(
        p.numel()
        for m in [module, *module.children()]
        for p in m.parameters(recurse=False)
        if p.requires_grad
    )
