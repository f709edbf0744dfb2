"""With the library's evaluate, as the hint allows."""

from helpers import training


def affinity(model, clean, augmented):
    accuracy = {
        name: training.evaluate(model, batches)[1]
        for name, batches in {"clean": clean, "augmented": augmented}.items()
    }
    return accuracy["augmented"] / accuracy["clean"] if accuracy["clean"] > 0 else 0.0
