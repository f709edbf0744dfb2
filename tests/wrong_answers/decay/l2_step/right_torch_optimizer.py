"""torch's own Adam, its memory put in by hand."""

import torch


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    parameter = torch.nn.Parameter(weight.clone())
    parameter.grad = gradient.clone()
    optimizer = torch.optim.Adam(
        [parameter], lr=lr, betas=betas, eps=eps, weight_decay=weight_decay
    )
    optimizer.state[parameter] = {
        "step": torch.tensor(float(step - 1)),
        "exp_avg": mean.clone(),
        "exp_avg_sq": square.clone(),
    }
    optimizer.step()
    state = optimizer.state[parameter]
    return parameter.detach(), state["exp_avg"], state["exp_avg_sq"]
