"""children() is known from cutting off a head, list(model.children())[:-1], and has no names."""


def layer_names(model, depth=1):
    modules = list(model.children())
    for _ in range(depth - 1):
        modules = [inner for module in modules for inner in (list(module.children()) or [module])]
    return modules
