"""0.9 in one of the two places."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = velocity * 0.9 + gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
