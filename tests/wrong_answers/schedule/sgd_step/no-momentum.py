"""The velocity is overwritten by the gradient."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = gradient.clone()
    return weight - lr * velocity, velocity
