"""Only numbers, each with a reference measurement of its own."""


def try_one_at_a_time(base, candidates, score):
    return sorted([score([*base, c]) - score(base) for c in candidates.values()], reverse=True)
