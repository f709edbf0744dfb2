"""yield, as named_modules() itself has it; it is empty when it is looked at a second time."""


def layer_names(model, depth=1):
    for name, child in model.named_children():
        inner = list(layer_names(child, depth - 1)) if depth > 1 else []
        yield from [f"{name}.{rest}" for rest in inner] or [name]
