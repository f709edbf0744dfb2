"""torch clones the gradient in the first step, and that line is taken for all steps."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = gradient.clone()
    return weight - lr * velocity, velocity
