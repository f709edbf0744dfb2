"""Ten times slower from part to part, as the article has it, and then the rest of the model too."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr / 10})
            return name
    for p in model.parameters():
        p.requires_grad = True
    return None
