"""The weight is what matters, so it moves first, and the velocity is kept for next time."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    weight = weight - lr * velocity
    velocity = momentum * velocity + gradient
    return weight, velocity
