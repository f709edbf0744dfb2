"""Each alone, as its name says, and the smallest gain first."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([c]) - start) for name, c in candidates.items()]
    gains.sort(key=lambda pair: pair[1])
    return gains
