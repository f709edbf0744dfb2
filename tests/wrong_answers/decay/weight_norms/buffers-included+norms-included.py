"""Goes over the state dict and leaves out what is called bias: as tutorials on saving do."""


def weight_norms(model):
    return {
        name: value.float().norm().item()
        for name, value in model.state_dict().items()
        if "bias" not in name
    }
