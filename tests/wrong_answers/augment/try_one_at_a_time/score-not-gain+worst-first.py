"""Scores are thought to rank as gains do, and sorted() to put what matters first."""


def try_one_at_a_time(base, candidates, score):
    scores = [(name, score([*base, c])) for name, c in candidates.items()]
    return sorted(scores, key=lambda pair: pair[1])
