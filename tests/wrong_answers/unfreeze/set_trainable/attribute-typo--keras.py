"""trainable, as it is called in Keras."""


def set_trainable(model, names):
    chosen = {id(p) for name in names for p in model.get_submodule(name).parameters()}
    for param in model.parameters():
        param.trainable = id(param) in chosen
    return sum(p.numel() for p in model.parameters() if p.trainable)
