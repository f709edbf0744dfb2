"""Picture by picture, channel by channel, into a tensor made before."""

from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        pictures, channels = x.shape[:2]
        out = x.new_empty(pictures, 2 * channels, 1, 1)
        for picture in range(pictures):
            for channel in range(channels):
                one = x[picture, channel]
                out[picture, channel, 0, 0] = one.sum() / one.numel()
                out[picture, channels + channel, 0, 0] = one.max()
        return out
