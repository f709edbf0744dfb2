"""The scheduler says which rate is next; a tuple is returned."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            rates.append(scheduler.get_last_lr()[0])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return tuple(rates)
