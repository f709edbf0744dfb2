"""The velocity is taken for an average, whose momentum weighs the new value."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = (1 - momentum) * velocity + momentum * gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
