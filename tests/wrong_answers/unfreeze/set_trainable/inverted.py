"""The article's condition with the two branches swapped."""


def set_trainable(model, names):
    for name, child in model.named_children():
        for param in child.parameters():
            param.requires_grad = name not in names
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
