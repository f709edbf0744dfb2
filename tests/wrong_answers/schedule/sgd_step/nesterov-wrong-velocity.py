"""The new gradient is counted once too often."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    step = velocity + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
