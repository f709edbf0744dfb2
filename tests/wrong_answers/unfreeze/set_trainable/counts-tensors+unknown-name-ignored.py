"""len of a list for the number of weights, and a loop that never misses a name: common slips."""


def set_trainable(model, names):
    learning = []
    for full, param in model.named_parameters():
        param.requires_grad = any(full.startswith(name + ".") for name in names)
        if param.requires_grad:
            learning.append(param)
    return len(learning)
