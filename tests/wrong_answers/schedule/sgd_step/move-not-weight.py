"""The update comes back, as optax hands it out for somebody else to apply."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return -lr * step, velocity
