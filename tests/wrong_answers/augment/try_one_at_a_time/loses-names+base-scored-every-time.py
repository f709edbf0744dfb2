"""The definition of a gain is written over values() in one line, and the names are not missed."""


def try_one_at_a_time(base, candidates, score):
    return sorted([score([*base, c]) - score(base) for c in candidates.values()], reverse=True)
