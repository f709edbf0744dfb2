"""The transforms are chained before they are scored."""

from torchvision import transforms


def try_one_at_a_time(base, candidates, score):
    start = score(transforms.Compose(base))
    gains = []
    for name, candidate in candidates.items():
        gains.append((name, score(transforms.Compose([*base, candidate])) - start))
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
