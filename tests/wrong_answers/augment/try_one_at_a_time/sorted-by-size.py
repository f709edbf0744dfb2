"""The word "largest" is read as strongest in effect, good or bad."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([*base, c]) - start) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: abs(pair[1]), reverse=True)
