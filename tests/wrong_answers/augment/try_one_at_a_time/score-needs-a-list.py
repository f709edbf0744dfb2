"""Compose is what a data set takes, so it is thought to be what score takes."""

from torchvision import transforms


def try_one_at_a_time(base, candidates, score):
    start = score(transforms.Compose(base))
    gains = []
    for name, candidate in candidates.items():
        gains.append((name, score(transforms.Compose([*base, candidate])) - start))
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
