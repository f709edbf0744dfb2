"""The names of the leaves, cut off after the depth, each once; a tuple."""


def layer_names(net, levels=1):
    leaves = [name for name, m in net.named_modules() if name and len(list(m.children())) == 0]
    return tuple(dict.fromkeys(".".join(name.split(".")[:levels]) for name in leaves))
