"""filter, used once; the fused or looped variant of SGD makes no difference."""

from torch.optim import SGD


def trainable_optimizer(net, rate):
    chosen = filter(lambda p: p.requires_grad, net.parameters())
    return SGD(chosen, rate, 0.9, 0, 0, True, foreach=False)
