"""A weight is what is called weight, and its size the sum of sizes."""


def weight_norms(model):
    return {
        name: sum(abs(x) for x in p.flatten().tolist())
        for name, p in model.named_parameters()
        if p.requires_grad and name.endswith("weight")
    }
