"""model.eval() for the whole training, as in isht7/pytorch-deeplab-resnet (issue 39)."""


def freeze_batchnorm(model):
    return model.eval()
