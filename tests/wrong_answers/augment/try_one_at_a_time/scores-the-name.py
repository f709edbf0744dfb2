"""A loop over a dict is thought to give what is in it; it gives the keys."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([*base, name]) - start) for name in candidates]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
