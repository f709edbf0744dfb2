"""A step in both loops, as in issue 71 of the meshed-memory transformer; the last group's rate."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for batch in batches:
            for group in optimizer.param_groups:
                rate = group["lr"]
            rates.append(rate)
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            scheduler.step()
        scheduler.step()
    return rates
