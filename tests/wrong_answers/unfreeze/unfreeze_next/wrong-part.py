"""named_children() is the loop of the lesson, and names is thought to say the same."""


def unfreeze_next(model, optimizer, names, lr):
    children = [(n, c) for n, c in model.named_children() if any(True for _ in c.parameters())]
    for name, child in reversed(children):
        params = list(child.parameters())
        if not any(p.requires_grad for p in params):
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
