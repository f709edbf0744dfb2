"""The state dict is taken for the list of parameters; a norm's buffers are in it, too."""

from helpers import models


def weight_norms(model):
    kept = {name for name, p in model.named_parameters() if not p.requires_grad or p.ndim < 2}
    norms = [name for name, m in model.named_modules() if models.is_norm(m)]
    kept |= {f"{name}.{part}" for name in norms for part in ("weight", "bias")}
    return {
        name: value.double().norm().item()
        for name, value in model.state_dict().items()
        if name not in kept
    }
