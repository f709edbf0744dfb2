"""A table of layers counts what each of them holds, and so does this sum."""


def count_parameters(module):
    return sum(
        p.numel() for m in module.modules() for p in m.parameters(recurse=False) if p.requires_grad
    )
