"""A stack instead of a recursion, children pushed in reverse."""


def layer_names(model, depth=1):
    stack, names = [("", model, 0)], []
    while stack:
        path, module, level = stack.pop()
        children = list(module._modules.items())
        if level == depth or not children:
            names.append(path)
            continue
        for name, child in reversed(children):
            stack.append((name if not path else path + "." + name, child, level + 1))
    return names
