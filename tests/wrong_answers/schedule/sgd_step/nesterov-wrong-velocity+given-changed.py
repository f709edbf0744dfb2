"""In place as in torch's source, and Nesterov's step without the gradient: two common slips."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity.mul_(momentum).add_(gradient)
    step = momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
