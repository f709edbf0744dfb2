"""The words "what each candidate alone adds" are taken literally: without the base."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([c]) - start) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
