"""Looking ahead is thought to be done before the velocity changes."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    new = momentum * velocity + gradient
    step = gradient + momentum * velocity if nesterov else new
    return weight - lr * step, new
