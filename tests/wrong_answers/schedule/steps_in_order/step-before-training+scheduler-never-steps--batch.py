"""zero_grad and step are typed in one go, and schedulers go by epochs."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            optimizer.step()
            train_batch(batch)
        if each == "epoch":
            scheduler.step()
    return rates
