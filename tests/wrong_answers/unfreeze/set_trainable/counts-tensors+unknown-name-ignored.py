"""A parameter is taken for one number, and a name that fits nothing for no mistake."""


def set_trainable(model, names):
    learning = []
    for full, param in model.named_parameters():
        param.requires_grad = any(full.startswith(name + ".") for name in names)
        if param.requires_grad:
            learning.append(param)
    return len(learning)
