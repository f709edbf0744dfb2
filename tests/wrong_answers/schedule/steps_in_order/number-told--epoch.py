"""scheduler.step(epoch), which torch deprecates and old scripts still have."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for epoch in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step(epoch)
    return rates
