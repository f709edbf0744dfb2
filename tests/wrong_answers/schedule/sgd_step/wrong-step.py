"""A weight decay of 1e-4 comes along from a recipe for ImageNet."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient + 1e-4 * weight
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
