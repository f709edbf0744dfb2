"""The work comes first and the check last, where others would put an else."""


def set_trainable(model, names):
    for full, param in model.named_parameters():
        param.requires_grad = any(full.startswith(name + ".") for name in names)
    known = dict(model.named_modules())
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"unknown parts: {unknown}")
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
