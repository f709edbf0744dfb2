"""One name for the velocity and for the step."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    if nesterov:
        velocity = gradient + momentum * velocity
    return weight - lr * velocity, velocity
