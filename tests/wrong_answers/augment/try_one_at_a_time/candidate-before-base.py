"""The candidate is put in front."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([c, *base]) - start) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
