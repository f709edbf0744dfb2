"""Objects with names, compared by their gains; the base is scored through a cache."""

from collections import namedtuple
from functools import cached_property

Gain = namedtuple("Gain", "name gain")


class Trial:
    def __init__(self, base, score):
        self.base, self.score = base, score

    @cached_property
    def reference(self):
        return self.score(self.base)

    def gain(self, name, step):
        return Gain(name, self.score((*self.base, step)) - self.reference)


def try_one_at_a_time(base, candidates, score):
    trial = Trial(tuple(base), score)
    gains = [trial.gain(name, step) for name, step in candidates.items()]
    gains.sort(key=lambda pair: pair.gain)
    gains.reverse()
    return gains
