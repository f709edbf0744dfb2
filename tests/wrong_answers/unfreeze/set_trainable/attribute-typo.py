"""require_grad without the s, as in udacity/deep-learning-v2-pytorch issue 12."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    for param in model.parameters():
        param.require_grad = False
    for part in parts:
        for param in part.parameters():
            param.require_grad = True
    return sum(p.numel() for p in model.parameters() if p.require_grad)
