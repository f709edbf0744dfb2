"""The place of the largest, as np.argmax would give it."""


def sweep(values, train_once):
    accuracies = [train_once(value) for value in values]
    fine = [-1.0 if a != a else a for a in accuracies]
    return fine.index(max(fine)), dict(zip(values, accuracies))
