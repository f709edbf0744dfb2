"""torch's own scheduler, walked to the step."""

import torch


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        peak,
        steps,
        pct_start=rising,
        div_factor=start,
        final_div_factor=end,
        base_momentum=0.85,
        max_momentum=0.95,
    )
    for _ in range(step):
        optimizer.step()
        scheduler.step()
    return optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]
