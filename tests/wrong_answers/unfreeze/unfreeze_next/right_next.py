"""next() with a default, and modules looked up in a dict."""


def unfreeze_next(net, opt, parts, rate):
    modules = dict(net.named_modules())
    frozen = (n for n in parts[::-1] if not any(p.requires_grad for p in modules[n].parameters()))
    name = next(frozen, None)
    if name is not None:
        opt.add_param_group({"params": modules[name].requires_grad_().parameters(), "lr": rate})
    return name
