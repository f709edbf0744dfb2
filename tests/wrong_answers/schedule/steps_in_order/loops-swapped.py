"""Two loops make the same number of steps either way, so their order seems free."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for batch in batches:
        for _ in range(epochs):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
