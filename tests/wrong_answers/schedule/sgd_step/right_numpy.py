"""NumPy does the sums; other parameter names."""

import torch


def sgd_step(w, g, buffer, eta, mu=0.9, look_ahead=False):
    new = mu * buffer.numpy() + g.numpy()
    step = g.numpy() + mu * new if look_ahead else new
    return torch.from_numpy(w.numpy() - eta * step), torch.from_numpy(new)
