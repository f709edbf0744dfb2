"""Names are matched as on a ResNet of four layers; layer10 has joined before layer1."""


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
