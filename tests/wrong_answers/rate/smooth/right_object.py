"""A meter with a state; the power of beta is carried along."""


class Meter:
    def __init__(self, beta):
        self.beta, self.total, self.missing = beta, 0.0, 1.0

    def add(self, value):
        self.total += (1 - self.beta) * (value - self.total)
        self.missing *= self.beta
        return self.total / (1 - self.missing)


def smooth(values, momentum=0.9):
    meter = Meter(momentum)
    return [meter.add(value) for value in values]
