"""Memory is read as keeping everything, so nothing is lost on the way."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = velocity + gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
