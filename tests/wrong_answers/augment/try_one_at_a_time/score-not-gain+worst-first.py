"""Scores themselves, sorted as sorted() sorts."""


def try_one_at_a_time(base, candidates, score):
    scores = [(name, score([*base, c])) for name, c in candidates.items()]
    return sorted(scores, key=lambda pair: pair[1])
