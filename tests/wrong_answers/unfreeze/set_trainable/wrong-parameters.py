"""Everything from the first named part on, as if training always went to the end."""


def set_trainable(model, names):
    first = [model.get_submodule(name) for name in names][0]
    start = next(iter(first.parameters()))
    on = False
    for param in model.parameters():
        on = on or param is start
        param.requires_grad = on
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
