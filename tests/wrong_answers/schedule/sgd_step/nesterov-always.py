"""The look ahead stands outside of the condition."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    return weight - lr * (gradient + momentum * velocity), velocity
