"""Looking ahead is read as one more push by what came before."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    new = momentum * velocity + gradient
    step = new + momentum * velocity if nesterov else new
    return weight - lr * step, new
