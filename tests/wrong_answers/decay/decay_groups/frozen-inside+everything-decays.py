"""model.parameters() as a single group, as the first line of most tutorials has it."""


def decay_groups(model, weight_decay):
    return [{"params": model.parameters(), "weight_decay": weight_decay}]
