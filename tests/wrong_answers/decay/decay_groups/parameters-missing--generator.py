"""An iterator is filtered twice, as a list could be, and a patch loses a bias."""

from helpers import models


def decay_groups(model, weight_decay):
    learn = iter([p for p in model.parameters() if p.requires_grad])
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    spared = [p for p in learn if p in norms]
    decay = [p for p in learn if p not in norms]
    return [
        {"params": decay, "weight_decay": weight_decay},
        {
            "params": spared
            + [p for p in model.parameters() if p.requires_grad and p.ndim < 2 and p not in norms][
                1:
            ],
            "weight_decay": 0.0,
        },
    ]
