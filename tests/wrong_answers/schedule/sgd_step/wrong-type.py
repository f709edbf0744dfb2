"""Results go through .numpy() before they are plotted, and these did, too."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + gradient
    step = gradient + momentum * velocity if nesterov else velocity
    return (weight - lr * step).numpy(), velocity.numpy()
