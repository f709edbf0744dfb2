"""weight -= is how every loop by hand makes its step."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    weight -= lr * (gradient + momentum * velocity if nesterov else velocity)
    return weight, velocity
