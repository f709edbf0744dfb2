"""A scheduler is thought to go by epochs, and the log to be the loop's last line."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    for _ in range(epochs):
        for number, batch in enumerate(batches, 1):
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if number == len(batches):
                scheduler.step()
            rates.append(optimizer.param_groups[0]["lr"])
    return rates
