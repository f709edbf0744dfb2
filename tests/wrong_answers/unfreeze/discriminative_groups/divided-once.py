"""The head at lr, the rest at lr / factor: two groups, as in many tutorials."""


def discriminative_groups(model, names, lr, factor):
    def trainable(name):
        return [p for p in model.get_submodule(name).parameters() if p.requires_grad]

    body = [p for name in names[:-1] for p in trainable(name)]
    return [{"params": body, "lr": lr / factor}, {"params": trainable(names[-1]), "lr": lr}]
