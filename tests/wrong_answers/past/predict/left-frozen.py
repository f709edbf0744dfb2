"""Freezing is known as the way to be rid of gradients, so it serves in the place of no_grad."""


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    model.requires_grad_(False)
    plain = model(images).softmax(dim=1)
    mirrored = model(images.flip(3)).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
