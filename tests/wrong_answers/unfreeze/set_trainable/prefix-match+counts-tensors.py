"""startswith without the dot, and the list that is kept for a look is counted by its length."""


def set_trainable(model, names):
    for name in names:
        model.get_submodule(name)  # stops at a name that does not exist
    chosen = [(n, p) for n, p in model.named_parameters() if n.startswith(tuple(names))]
    model.requires_grad_(False)
    for _, parameter in chosen:
        parameter.requires_grad = True
    return len(chosen)
