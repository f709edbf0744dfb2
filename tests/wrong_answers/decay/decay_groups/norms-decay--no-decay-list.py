"""The list of names that BERT's fine-tuning scripts spare; norms here are called otherwise."""


def decay_groups(model, weight_decay):
    no_decay = ("bias", "LayerNorm.weight", "layer_norm.weight")
    learn = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    return [
        {
            "params": [p for name, p in learn if not name.endswith(no_decay)],
            "weight_decay": weight_decay,
        },
        {"params": [p for name, p in learn if name.endswith(no_decay)], "weight_decay": 0.0},
    ]
