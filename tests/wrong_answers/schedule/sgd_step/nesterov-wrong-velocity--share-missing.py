"""The momentum is in the velocity already, so it is not written twice."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    step = gradient + velocity if nesterov else velocity
    return weight - lr * step, velocity
