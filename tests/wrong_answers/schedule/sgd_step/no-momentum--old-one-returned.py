"""The new velocity has a name of its own, and the return still says the old one."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    new = momentum * velocity + gradient
    step = gradient + momentum * new if nesterov else new
    return weight - lr * step, velocity
