"""eval() is taken for what switches gradients off."""


def predict(model, images):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    plain = model(images).softmax(dim=1)
    mirrored = model(images.flip(3)).softmax(dim=1)
    for module, training in modes:
        module.training = training
    return (plain + mirrored) / 2
