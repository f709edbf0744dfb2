"""A walk has one place more than steps, so the first rate is put in front."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
            rates.append(optimizer.param_groups[0]["lr"])
        if each == "epoch":
            scheduler.step()
    return rates
