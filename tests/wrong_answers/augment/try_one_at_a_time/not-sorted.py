"""In the order of the dict."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    return [(name, score([*base, c]) - start) for name, c in candidates.items()]
