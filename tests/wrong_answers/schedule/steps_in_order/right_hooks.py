"""The optimizer is asked to note the rate and to call the scheduler, with hooks of its own."""


def steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each):
    rates, every = [], 1 if each == "batch" else len(batches)

    def note(optimizer, args, kwargs):
        rates.append(optimizer.param_groups[0]["lr"])

    def follow(optimizer, args, kwargs):
        if len(rates) % every == 0:
            scheduler.step()

    hooks = [optimizer.register_step_pre_hook(note), optimizer.register_step_post_hook(follow)]
    for batch in batches * epochs:
        optimizer.zero_grad()
        train_batch(batch)
        optimizer.step()
    for hook in hooks:
        hook.remove()
    return rates
