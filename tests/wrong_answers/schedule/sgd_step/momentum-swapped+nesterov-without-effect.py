"""The shares of old and new are confused, and nesterov is not used yet: two common slips."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = (1 - momentum) * velocity + momentum * gradient
    return weight - lr * velocity, velocity
