"""list(model.children())[:-1] is a habit from extracting features; the head is not in it."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    body = [p for child in list(model.children())[:-1] for p in child.parameters()]
    chosen = {id(p) for part in parts for p in part.parameters()} & {id(p) for p in body}
    for param in model.parameters():
        param.requires_grad = id(param) in chosen
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
