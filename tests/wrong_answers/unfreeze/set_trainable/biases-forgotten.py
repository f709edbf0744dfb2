"""A layer is thought of as its weight, so parameters called weight are looked for."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        for name, param in part.named_parameters():
            if "weight" in name:
                param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
