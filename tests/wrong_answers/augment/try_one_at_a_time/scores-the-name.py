"""A loop over a dict gives its keys."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([*base, name]) - start) for name in candidates]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
