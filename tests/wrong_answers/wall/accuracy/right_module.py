"""A module that keeps score over batches, reset for each call; an argument with a default."""

from torch import nn


class Score(nn.Module):
    def forward(self, logits, labels, top=1):
        hits = logits.topk(top, dim=-1).indices.eq(labels.unsqueeze(-1)).any(dim=-1)
        return hits.double().mean().item()


accuracy = Score()
