"""The article's loop over named_children(): a DenseNet has only two of them."""


def set_trainable(model, names):
    for name, child in model.named_children():
        for param in child.parameters():
            param.requires_grad = name in names
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
