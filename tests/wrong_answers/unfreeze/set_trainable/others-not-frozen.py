"""Only switches on; what an earlier call has unfrozen stays unfrozen."""


def set_trainable(model, names):
    for name in names:
        model.get_submodule(name).requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
