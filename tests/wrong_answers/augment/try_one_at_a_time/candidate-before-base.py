"""The order of changes is thought not to matter, so the new one is written first."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([c, *base]) - start) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
