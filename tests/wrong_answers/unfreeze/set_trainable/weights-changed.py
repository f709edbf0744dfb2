"""Begins the named parts anew, as one does with a head: the pretrained weights are gone."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
        for module in part.modules():
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
