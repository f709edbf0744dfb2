"""iter(batches) is made once, as for an endless stream, and is used up by an epoch."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    batches = iter(batches)
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
