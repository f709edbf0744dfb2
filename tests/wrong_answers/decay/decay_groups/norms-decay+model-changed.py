"""The no_decay list of names of fine-tuning scripts, after everything was unfrozen."""


def decay_groups(model, weight_decay):
    no_decay = ["bias", "LayerNorm.weight"]
    decay, spared = [], []
    for name, p in model.named_parameters():
        p.requires_grad_(True)
        (spared if any(nd in name.split(".")[-1] for nd in no_decay) else decay).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
