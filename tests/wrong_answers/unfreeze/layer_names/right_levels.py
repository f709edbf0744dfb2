"""A list of pairs that is opened up, level by level, each part in its place."""


def layer_names(model, depth=1):
    parts = [("", model)]
    for _ in range(depth):
        opened = []
        for path, module in parts:
            children = list(module.named_children())
            if not children:
                opened.append((path, module))
            for name, child in children:
                opened.append((f"{path}.{name}".lstrip("."), child))
        parts = opened
    return [path for path, _ in parts]
