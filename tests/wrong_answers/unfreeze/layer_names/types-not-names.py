"""The class of each part is taken for its name."""


def layer_names(model, depth=1):
    modules = list(model.children())
    for _ in range(depth - 1):
        modules = [inner for module in modules for inner in (list(module.children()) or [module])]
    return [module.__class__.__name__ for module in modules]
