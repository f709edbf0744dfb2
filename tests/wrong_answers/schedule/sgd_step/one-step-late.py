"""The weight moves before the velocity is brought up to date."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    weight = weight - lr * velocity
    velocity = momentum * velocity + gradient
    return weight, velocity
