"""One line that says what a gain is, and nothing more."""


def try_one_at_a_time(base, candidates, score):
    return [(name, score([*base, c]) - score(base)) for name, c in candidates.items()]
