"""Names are checked against named_parameters(), the list at hand; pooling is not in it."""


def set_trainable(model, names):
    every = [full for full, _ in model.named_parameters()]
    for name in names:
        if not any(full.startswith(name + ".") for full in every):
            raise KeyError(name)
    for full, param in model.named_parameters():
        param.requires_grad = any(full.startswith(name + ".") for name in names)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
