"""The best is thought to be what sorting brings to the top, as in a table of results."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([*base, c]) - start) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1])
