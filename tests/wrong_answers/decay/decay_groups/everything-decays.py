"""Groups are thought to be for rates, so a single one will do for decay."""


def decay_groups(model, weight_decay):
    return [
        {"params": [p for p in model.parameters() if p.requires_grad], "weight_decay": weight_decay}
    ]
