"""An optimizer and its scheduler go together, as in Lightning's configure_optimizers."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
    return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)
