"""Walks over modules; a shared weight has all its names."""

import torch

from helpers import models


def weight_norms(model):
    found = {}
    for prefix, module in model.named_modules():
        if models.is_norm(module):
            continue
        for name, p in module.named_parameters(recurse=False):
            if p.requires_grad and p.dim() > 1:
                found[f"{prefix}.{name}"] = torch.linalg.vector_norm(p.detach()).item()
    return found
