"""Frozen, then all switched on by a later line, as in ultralytics/yolov5 issue 1213."""


def set_trainable(model, names):
    for full, param in model.named_parameters():
        if not any(full.startswith(name + ".") for name in names):
            param.requires_grad = False
    for param in model.parameters():
        param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
