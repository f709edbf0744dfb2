"""optimizer.defaults looks like the settings in use."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.defaults["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
