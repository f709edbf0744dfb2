"""For each parameter: is any of the modules above it named?"""


def set_trainable(model, names):
    left = set(names)
    decided = []
    known = {name for name, _ in model.named_modules()}
    for name in left:
        assert name in known, f"{name} is not a part of this model"
    for full, param in model.named_parameters():
        pieces = full.split(".")
        above = {".".join(pieces[:k]) for k in range(1, len(pieces))}
        decided.append((param, bool(above & left)))
    for param, learns in decided:
        param.requires_grad = learns
    return sum(param.numel() for param, learns in decided if learns)
