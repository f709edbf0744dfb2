"""Minimum and maximum are mapped to 0 and 1, as a plot would do."""


def unnormalise(images, mean, std):
    low, high = images.min(), images.max()
    return (images - low) / (high - low)
