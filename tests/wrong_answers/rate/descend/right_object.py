"""An object that remembers where it stands; an argument more, with a default."""


class Walker:
    def __init__(self, slope, position):
        self.slope, self.path = slope, [float(position)]

    def step(self, rate):
        here = self.path[-1]
        self.path.append(here - rate * self.slope(here))


def descend(gradient, start, lr, steps, verbose=False):
    walker = Walker(gradient, start)
    for number in range(1, steps + 1):
        walker.step(lr)
        if verbose:
            print(number, walker.path[-1])
    return walker.path
