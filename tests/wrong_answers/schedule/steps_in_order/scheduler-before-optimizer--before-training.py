"""A rate is set before it is used, so the scheduler opens the batch."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            if each == "batch":
                scheduler.step()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
        if each == "epoch":
            scheduler.step()
    return rates
