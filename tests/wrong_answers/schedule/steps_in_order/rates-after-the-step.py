"""A log is the last line of a loop, and by then the rate is the next one."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
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
