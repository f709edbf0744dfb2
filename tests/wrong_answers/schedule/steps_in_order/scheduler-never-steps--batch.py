"""Lightning calls an interval step or epoch, so that is the word compared."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "step":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
