"""The velocity points downhill; settings by name only."""


def sgd_step(w, g, v, rate, *, momentum=0.9, nesterov=False):
    v = momentum * v - g
    w = w + rate * (momentum * v - g) if nesterov else w + rate * v
    return w, v
