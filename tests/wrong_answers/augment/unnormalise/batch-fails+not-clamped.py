"""The UnNormalize class of PyTorch forum thread 4821, made for one picture, called here."""


class UnNormalize:
    def __init__(self, mean, std):
        self.mean, self.std = mean, std

    def __call__(self, tensor):
        for channel, m, s in zip(tensor, self.mean, self.std):
            channel.mul_(s).add_(m)
        return tensor


def unnormalise(images, mean, std):
    return UnNormalize(mean, std)(images)
