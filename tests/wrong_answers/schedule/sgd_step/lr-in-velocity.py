"""The textbook form: the velocity is a move."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + lr * gradient
    step = lr * gradient + momentum * velocity if nesterov else velocity
    return weight - step, velocity
