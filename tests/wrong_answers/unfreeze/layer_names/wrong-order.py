"""Breadth first, as one walks a graph: what ends early comes before what goes deeper."""


def layer_names(model, depth=1):
    names, level = [], list(model.named_children())
    for _ in range(depth - 1):
        deeper = []
        for name, module in level:
            inner = [(f"{name}.{rest}", m) for rest, m in module.named_children()]
            if inner:
                deeper += inner
            else:
                names.append(name)
        level = deeper
    return names + [name for name, _ in level]
