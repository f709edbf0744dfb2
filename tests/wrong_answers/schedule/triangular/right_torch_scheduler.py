"""torch's own scheduler, walked to the step."""

import torch


def triangular(step, low, high, half):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=low)
    scheduler = torch.optim.lr_scheduler.CyclicLR(
        optimizer, low, high, step_size_up=half, cycle_momentum=False
    )
    for _ in range(step):
        optimizer.step()
        scheduler.step()
    return optimizer.param_groups[0]["lr"]
