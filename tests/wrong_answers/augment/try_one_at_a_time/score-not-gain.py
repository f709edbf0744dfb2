"""The score is returned; the base is scored, but not subtracted."""


def try_one_at_a_time(base, candidates, score):
    results = [(name, score([*base, c])) for name, c in candidates.items()]
    return sorted(results, key=lambda pair: pair[1], reverse=True)
