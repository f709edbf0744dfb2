"""The line that built the optimizer is run again, now that more learns, in the same object."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            params = [p for p in model.parameters() if p.requires_grad]
            optimizer.__init__(params, lr=lr, momentum=0.9, nesterov=True)
            return name
    return None
