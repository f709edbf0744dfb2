"""Takes the values off the list one by one: a common slip."""


def sweep(values, train_once):
    scores = {}
    while values:
        value = values.pop()
        scores[value] = train_once(value)
    return max((s, v) for v, s in scores.items() if s == s)[1], scores
