"""The return is typed where the editor's indentation leaves it, in the loop."""


def sweep(values, train_once):
    scores = {}
    for value in values:
        scores[value] = train_once(value)
        return max(scores), scores
