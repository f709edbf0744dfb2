"""Momentum is read as the push of the new gradient, so it multiplies that."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = velocity + momentum * gradient
    if nesterov:
        return weight - lr * (gradient + momentum * velocity), velocity
    return weight - lr * velocity, velocity
