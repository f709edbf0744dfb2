"""The new velocity is used, but the old one is handed back."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    new = momentum * velocity + gradient
    step = gradient + momentum * new if nesterov else new
    return weight - lr * step, velocity
