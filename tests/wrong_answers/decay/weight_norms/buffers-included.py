"""Goes over the state dict."""


def weight_norms(model):
    return {
        name: value.float().norm().item()
        for name, value in model.state_dict().items()
        if "bias" not in name
    }
