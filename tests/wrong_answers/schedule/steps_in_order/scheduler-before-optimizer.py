"""The scheduler goes before the optimizer, which torch 1.1.0 turned round."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            if each == "batch":
                scheduler.step()
            optimizer.step()
        if each == "epoch":
            scheduler.step()
    return rates
