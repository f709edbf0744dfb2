"""A dict from decay to parameters says it all, so it is handed over as pairs."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    learn = [p for p in model.parameters() if p.requires_grad]
    return [
        {
            weight_decay: [p for p in learn if p.ndim > 1 and p not in norms],
            0.0: [p for p in learn if p.ndim < 2 or p in norms],
        }.items()
    ]
