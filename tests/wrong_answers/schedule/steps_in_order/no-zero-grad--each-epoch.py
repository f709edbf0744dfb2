"""Counters are reset at the top of an epoch, and gradients with them."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        optimizer.zero_grad()
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
