"""A detector's loop over modules (ultralytics/yolov5, issue 4104): one kind of norm, no memory."""

from torch import nn


def decay_groups(model, weight_decay):
    decay, norms, biases = [], [], []
    for module in model.modules():
        if isinstance(getattr(module, "bias", None), nn.Parameter) and module.bias.requires_grad:
            biases.append(module.bias)
        weight = getattr(module, "weight", None)
        if isinstance(weight, nn.Parameter) and weight.requires_grad:
            (norms if isinstance(module, nn.BatchNorm2d) else decay).append(weight)
    return [
        {"params": norms, "weight_decay": 0.0},
        {"params": decay, "weight_decay": weight_decay},
        {"params": biases, "weight_decay": 0.0},
    ]
