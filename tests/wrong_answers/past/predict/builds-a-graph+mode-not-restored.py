"""eval() is thought to do it all, once and for all."""


def predict(model, images):
    model.eval()
    return (model(images).softmax(dim=1) + model(images.flip(-1)).softmax(dim=1)) / 2
