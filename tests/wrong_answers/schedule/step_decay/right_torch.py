"""torch's own scheduler, walked to the epoch."""

import torch


def step_decay(epoch, lr, every, factor):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, every, factor)
    for _ in range(epoch):
        optimizer.step()
        scheduler.step()
    return scheduler.get_last_lr()[0]
