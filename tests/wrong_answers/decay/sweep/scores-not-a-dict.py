"""Values and accuracies in one order are thought to need no dict."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    fine = {v: s for v, s in scores.items() if s == s}
    return max(fine, key=lambda v: (fine[v], v)), list(scores.values())
