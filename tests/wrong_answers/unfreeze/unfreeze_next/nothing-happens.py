"""require_grad, as in an editor's snippet (SvenBecker/vscode-pytorch issue 8)."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            for p in params:
                p.require_grad = True
            fresh = [p for p in params if p.requires_grad]
            optimizer.add_param_group({"params": fresh, "lr": lr})
            return name
    return None
