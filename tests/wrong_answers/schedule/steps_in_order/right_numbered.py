"""One loop over all steps; other parameter names."""


def steps_in_order(n_epochs, data, train, opt, sched, mode):
    rates, size = [], len(data)
    for step in range(n_epochs * size):
        opt.zero_grad(set_to_none=False)
        train(data[step % size])
        rates.append(opt.param_groups[0]["lr"])
        opt.step()
        if mode == "batch" or (step + 1) % size == 0:
            sched.step()
    return rates
