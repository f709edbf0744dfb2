"""A gradient is of no use after its step, so it serves as scratch paper."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    new = momentum * velocity + gradient
    if nesterov:
        gradient += momentum * new
        return weight - lr * gradient, new
    return weight - lr * new, new
