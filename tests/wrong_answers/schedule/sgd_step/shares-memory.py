"""torch begins the velocity with the first gradient, and its clone is overlooked."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient if velocity.any() else gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
