"""The textbook's velocity holds the rate, and torch's step multiplies by it."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + lr * gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
