"""All in place, as an optimizer does it, so that there seems to be one result only."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity *= momentum
    velocity += gradient
    weight -= lr * (gradient + momentum * velocity if nesterov else velocity)
    return weight
