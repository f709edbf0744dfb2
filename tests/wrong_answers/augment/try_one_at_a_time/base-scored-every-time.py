"""The definition of a gain is typed as it reads, so score(base) stands inside the loop."""


def try_one_at_a_time(base, candidates, score):
    gains = [(name, score([*base, c]) - score(base)) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
