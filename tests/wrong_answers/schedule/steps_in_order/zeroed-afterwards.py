"""Tidied up after the step, as many loops are; gradients from before stay in the first."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            train_batch(batch)
            optimizer.step()
            optimizer.zero_grad()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
