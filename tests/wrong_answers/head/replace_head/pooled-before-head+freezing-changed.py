"""The first lines of every transfer-learning tutorial: freeze all, then a new last layer."""


def replace_head(model, head):
    model.requires_grad_(False)
    setattr(model, "fc" if hasattr(model, "fc") else "classifier", head)
    return model
