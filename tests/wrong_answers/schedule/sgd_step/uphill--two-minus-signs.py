"""The textbook's minus in the velocity, and torch's minus in the step."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity - gradient
    step = momentum * velocity - gradient if nesterov else velocity
    return weight - lr * step, velocity
