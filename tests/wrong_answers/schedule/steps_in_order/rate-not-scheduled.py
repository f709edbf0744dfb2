"""The rate is lowered by hand, a line from before there was a scheduler."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            optimizer.param_groups[0]["lr"] *= 0.5
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
