"""One pass over all modules: those at the depth, and those that end before it."""


def layer_names(model, depth=1):
    def wanted(name, module):
        level = len(name.split("."))
        return level == depth or (level < depth and not any(module.children()))

    return [name for name, module in model.named_modules() if name and wanted(name, module)]
