"""As in torch's source, on copies."""


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    weight, velocity = weight.clone(), velocity.clone()
    velocity.mul_(momentum).add_(gradient)
    weight.sub_(velocity, alpha=lr * (momentum if nesterov else 1))
    if nesterov:
        weight.sub_(gradient, alpha=lr)
    return [weight, velocity]
