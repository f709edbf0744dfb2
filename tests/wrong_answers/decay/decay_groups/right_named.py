"""Parameters with their names, as optimizers take them too; norms by their classes."""

from torch import nn

KINDS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)


def decay_groups(net, wd, *, norms=KINDS):
    spared = {id(p) for m in net.modules() if isinstance(m, norms) for p in m.parameters()}
    heaps = {wd: [], 0.0: []}
    for name, p in net.named_parameters():
        if p.requires_grad:
            heaps[0.0 if p.ndim <= 1 or id(p) in spared else wd].append((name, p))
    return [{"params": heap, "weight_decay": decay} for decay, heap in heaps.items() if heap]
