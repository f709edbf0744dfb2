"""Before minus after, as one computes how far a loss has fallen."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, start - score([*base, c])) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
