"""The gains alone are thought to answer the question; whose they are is seen in the dict."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    return sorted((score([*base, c]) - start for c in candidates.values()), reverse=True)
