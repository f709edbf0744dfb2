"""Sutskever's form with Nesterov's correction of the weights."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    new = momentum * velocity - lr * gradient
    if nesterov:
        return weight - momentum * velocity + (1 + momentum) * new, new
    return weight + new, new
