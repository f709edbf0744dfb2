"""startswith without the dot: layer1 takes layer10 along, which has joined before."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            params = [p for n, p in model.named_parameters() if n.startswith(name)]
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
