"""The optimizer calls the training itself."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    def one(batch):
        def closure():
            optimizer.zero_grad()
            return train_batch(batch)

        rate = float(optimizer.param_groups[0]["lr"])
        optimizer.step(closure)
        if each == "batch":
            scheduler.step()
        return rate

    rates = []
    for _ in range(epochs):
        rates += [one(batch) for batch in batches]
        if each == "epoch":
            scheduler.step()
    return rates
