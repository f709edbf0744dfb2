"""Copies of the batches from a loader, zeroing afterwards, a trainer with methods."""

from torch.utils.data import DataLoader


class Trainer:
    def __init__(self, train_batch, optimizer, scheduler, each):
        self.train_batch, self.optimizer = train_batch, optimizer
        self.scheduler, self.each, self.rates = scheduler, each, []

    def fit(self, epochs, batches):
        self.optimizer.zero_grad(set_to_none=True)
        for _ in range(epochs):
            for batch in DataLoader(batches, batch_size=None):
                self.step(batch.clone())
            self.over("epoch")
        return self.rates

    def step(self, batch):
        self.train_batch(batch)
        self.rates += [self.optimizer.state_dict()["param_groups"][0]["lr"]]
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.over("batch")

    def over(self, what):
        if what == self.each:
            self.scheduler.step()


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    return Trainer(train_batch, optimizer, scheduler, each).fit(epochs, batches)
