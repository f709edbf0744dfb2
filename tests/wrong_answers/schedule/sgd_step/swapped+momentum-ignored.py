"""The velocity comes first, as it is computed first; its momentum is typed in: two common slips."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = 0.9 * velocity + gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return velocity, weight - lr * step
