"""An empty list is falsy, and taken for "no score yet"."""


def try_one_at_a_time(base, candidates, score):
    start = score(base) if base else 0.0
    gains = [(name, score([*base, c]) - start) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
