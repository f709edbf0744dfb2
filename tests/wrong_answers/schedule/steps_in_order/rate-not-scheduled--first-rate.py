"""A rate is set before each batch, as in loops without a scheduler."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    first = optimizer.param_groups[0]["lr"]
    for _ in range(epochs):
        for batch in batches:
            optimizer.param_groups[0]["lr"] = first
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
