"""A log is written last, when the epoch's step is done as well."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            last = batch is batches[-1]
            if each == "batch" or (each == "epoch" and last):
                scheduler.step()
            rates.append(optimizer.param_groups[0]["lr"])
    return rates
