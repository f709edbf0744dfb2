"""An exponential average, as in the sgd of autograd (HIPS/autograd, issue 289)."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + (1 - momentum) * gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
