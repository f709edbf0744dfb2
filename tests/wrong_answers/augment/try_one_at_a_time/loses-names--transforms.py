"""A transform prints its class, and that is taken for its name."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(c, score([*base, c]) - start) for c in candidates.values()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
