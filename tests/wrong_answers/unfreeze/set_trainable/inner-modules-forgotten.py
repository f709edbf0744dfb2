"""The piece before the last dot is taken for the part: only layers named directly match."""


def set_trainable(model, names):
    for full, param in model.named_parameters():
        module_name = full.rsplit(".", 1)[0]
        param.requires_grad = module_name in names
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
