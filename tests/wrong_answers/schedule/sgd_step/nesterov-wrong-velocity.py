"""torch's d_p + momentum * buf is read with d_p as the velocity."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    step = velocity + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
