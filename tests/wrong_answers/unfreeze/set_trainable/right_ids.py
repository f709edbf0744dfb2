"""A set of the parameters to train; a KeyError from a dict of all modules."""


def set_trainable(net, parts):
    modules = dict(net.named_modules())
    chosen = {id(p) for part in parts for p in modules[part].parameters()}
    for p in net.parameters():
        p.requires_grad = id(p) in chosen
    return sum(p.nelement() for p in net.parameters() if id(p) in chosen)
