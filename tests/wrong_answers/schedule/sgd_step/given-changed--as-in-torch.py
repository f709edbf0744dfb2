"""As torch's source does it, with add_."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity.mul_(momentum).add_(gradient)
    step = gradient.add(velocity, alpha=momentum) if nesterov else velocity
    return weight.add(step, alpha=-lr), velocity
