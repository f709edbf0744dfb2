"""Everything down to the depth: features stands beside features.conv0."""


def layer_names(model, depth=1):
    return [name for name, _ in model.named_modules() if name and name.count(".") < depth]
