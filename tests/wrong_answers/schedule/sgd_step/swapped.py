"""First the velocity, then the weight: the order of the lines is kept for the pair."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return velocity, weight - lr * step
