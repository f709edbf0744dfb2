"""step is read as the beginning of a step, as zero_grad is."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            optimizer.zero_grad()
            train_batch(batch)
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
