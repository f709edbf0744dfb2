"""An epoch is thought to begin anew, and the schedule with it."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates = []
    fresh = {**scheduler.state_dict()}
    lrs = [group["lr"] for group in optimizer.param_groups]
    for _ in range(epochs):
        scheduler.load_state_dict({**fresh})
        for group, lr in zip(optimizer.param_groups, lrs):
            group["lr"] = lr
        for batch in batches:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            train_batch(batch)
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
