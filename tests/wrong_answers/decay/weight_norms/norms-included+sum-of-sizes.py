"""Everything that is called weight, with the L1 norm of a loop over absolute values: two slips."""


def weight_norms(model):
    return {
        name: sum(abs(x) for x in p.flatten().tolist())
        for name, p in model.named_parameters()
        if p.requires_grad and name.endswith("weight")
    }
