"""step takes a number, so it is told that of the batch."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for index, batch in enumerate(batches):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step(index)
        if each == "epoch":
            scheduler.step()
    return rates
