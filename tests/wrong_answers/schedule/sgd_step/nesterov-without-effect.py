"""The argument is never used."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    return weight - lr * velocity, velocity
