"""The velocity is kept as the share of it that the next step uses."""


def sgd_step(weight, gradient, kept, lr, momentum=0.9, nesterov=False):
    velocity = kept + gradient
    kept = momentum * velocity
    return weight - lr * (gradient + kept if nesterov else velocity), kept
