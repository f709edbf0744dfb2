"""A loop that remembers the best."""


def sweep(values, train_once):
    scores, best, top = {}, None, float("-inf")
    for value in values:
        score = scores[value] = train_once(value)
        if score > top or (score == top and value > best):
            best, top = value, score
    return best, scores
