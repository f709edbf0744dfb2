"""The last line uses velocity, so the look ahead is stored under that name."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    if nesterov:
        velocity = gradient + momentum * velocity
    return weight - lr * velocity, velocity
