"""Rounded as in a progress bar."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(round(optimizer.param_groups[0]["lr"], 3))
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
