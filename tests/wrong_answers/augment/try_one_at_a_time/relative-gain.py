"""A gain is given as a share of the old value, as with prices and speed-ups."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([*base, c]) / start - 1) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
