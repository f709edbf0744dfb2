"""An average, as in many courses, and a plus where it is used: two common slips."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + (1 - momentum) * gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight + lr * step, velocity
