# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 · The learning rate
#
# *About 80 minutes. Everything runs on your own machine, in seconds, without a GPU or a network.*
#
# One number decides whether training crawls, arrives or explodes. Often it is copied from a page that trained another
# network on other pictures. You can measure it instead, before you train, in about the time it takes to copy it.
#
# The article calls the learning rate perhaps the most important setting there is, and finds it with one line:
# `learn.lr_find()`. In this lesson you build that line, a better one, and learn how far to believe it.
#
# **Afterwards you can**
# - say what too small and too large look like, and where the border between them lies,
# - write a range test that leaves no trace on your model,
# - choose a rate from a band of tests instead of a single point,
# - know when to repeat the test, and when it has nothing to tell you.

# %%
import copy
import itertools
import math
import statistics
from collections.abc import Callable, Iterable

import torch
from torch import nn
from torch.nn import functional as F

from helpers import data, explore, models, plots, training
from helpers.checks import check

flowers = data.load()
book = training.Logbook.open()
model = models.freeze_backbone(models.backbone(classes=len(flowers.classes), seed=0))
config = model.config
plain = data.plain_transform(config.size, config.mean, config.std)
field = data.field_transform(config.size, config.mean, config.std)
# What the frozen backbone says is computed once and kept: four changed views of each garden
# picture, one of each field picture.
garden = training.PrefixCache(model, flowers.train, field, views=4, fold=True)
meadow = training.PrefixCache(model, flowers.valid, plain, fold=True)
print(f"{config.name}, frozen; what is trained: {garden.boundary}")

# %% [markdown]
# ## See it
#
# The wall of lesson 00, with the pictures of lesson 01: a frozen backbone, a fresh linear head, garden pictures changed as
# the field would change them. The optimizer is the article's: SGD with Nesterov momentum of 0.9.
#
# Three runs. The same first weights, the same pictures in the same order. One number differs. Which of the three would
# you have typed?


# %%
def sgd(network: nn.Sequential, lr: float, factor: float = 1.0) -> torch.optim.SGD:
    """The article's optimizer; what comes before the head learns `factor` times slower."""
    body = [p for p in network[:-1].parameters() if p.requires_grad]
    groups = [
        {"params": body, "lr": lr / factor},
        {"params": list(network[-1].parameters()), "lr": lr},
    ]
    return torch.optim.SGD(groups, lr=lr, momentum=0.9, nesterov=True)


def short_run(
    lr: float,
    train: training.PrefixCache = garden,
    valid: training.PrefixCache = meadow,
    factor: float = 1.0,
    epochs: int = 8,
) -> tuple[training.History, nn.Sequential]:
    """Train a copy at a constant rate, from the same first weights every time."""
    network = copy.deepcopy(train.tail)
    history = training.fit(
        network,
        train.batches(shuffle=True, seed=0),
        epochs=epochs,
        optimizer=sgd(network, lr, factor),
        valid=valid.batches(128),
        progress=False,
    )
    return history, network


plots.training_curves({f"rate {lr:g}": short_run(lr)[0] for lr in (0.0005, 0.005, 0.1)})

# %% [markdown]
# The article on the two ways to be wrong: *if the learning rate is too small, optimization will take a lot of time because
# steps towards the minimum of the loss function are tiny. If it is too big, training may not converge or even diverge.*
#
# ## Predict
#
# In a valley, small rates come to rest at the bottom, and large ones run away. Somewhere in between is a border.
# What happens **exactly** on it: `"comes to rest"`, `"swings for ever"` or `"runs away"`?

# %%
my_guess = "comes to rest"
book.predict("rate.on-the-border", my_guess)

# %% [markdown]
# And one about the network. Suppose you have found a good rate for the head alone. Then you let the last stage learn as
# well, at the same rate for both. By which factor does the good rate change: 2 if it doubles, 0.1 if it falls to a tenth?

# %%
my_factor = 1.0
book.predict("rate.after-unfreezing", my_factor)

# %% [markdown]
# ## Try it
#
# First a bowl, to see overshooting with your own eyes, then the range test on the real network. Pick a rate and watch it
# run beside ten times less and ten times more. **Your goal is on the widget.**
#
# <details><summary>Reading without a kernel? This is what the widget shows.</summary>
#
# <img src="../static/learning_rate.jpg" width="100%" alt="Two paths in a bowl, one overshooting to the hole and one leaving the
# picture; below them range tests with the band of their suggestions, beside three short runs: at the picked rate, at ten
# times less and at ten times more, which diverges.">
#
# </details>

# %% tags=["widget"]
explore.learning_rate(flowers)

# %% [markdown]
# ## Build it
#
# ### A valley
#
# All of it can be seen with a single weight. A step of gradient descent goes downhill, and the steeper it is, the longer
# the step: the rate times the gradient.
#
# **Exercise rate.descend** · 1 point · easy · 5 minutes
#
# `gradient` is a function: a position in, the slope of the loss there out. Begin at `start` and take `steps` steps. Return
# every position you stood on, the start first: a list of `steps + 1` numbers.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# The gradient points uphill, so you subtract. Each step begins where the last one ended.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# A list that begins with the start; `list[-1]` is where you stand; `list.append` remembers where you go.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# as often as there are steps:
#     next position = position minus rate times slope at the position
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-descend", "locked": false, "schema_version": 3, "solution": true, "task": false}
def descend(gradient: Callable[[float], float], start: float, lr: float, steps: int) -> list[float]:
    """Positions of gradient descent on one number, the start first: steps + 1 of them."""
    ### BEGIN SOLUTION
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
    return positions
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rate-descend", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("rate.descend", descend)

# %% [markdown]
# The simplest valley is a bowl: the loss is `L / 2 * x**2`, its gradient `L * x`. The number `L` is its **curvature**: how
# fast the slope changes, the second derivative. A sharp bowl has a large one.
#
# **Exercise rate.largest_stable_lr** · 1 point · easy · 5 minutes
#
# Return the largest rate at which no step in a bowl of this `curvature` ends farther from the bottom than it began. Along
# a flat direction, with curvature 0, nothing can run away: any rate will do, `math.inf`.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Work out one step on paper. From <code>x</code> it leads to <code>x</code> times something. How large, and how small, may
# that something be?
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# The factor of a step is one minus rate times curvature. Its size, without its sign, must not exceed one.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# At the border the step lands exactly as far away on the other side: the factor is minus one. Solve that for the rate.
# Take care of the flat direction before you divide.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-largest_stable_lr", "locked": false, "schema_version": 3, "solution": true, "task": false}
def largest_stable_lr(curvature: float) -> float:
    """The largest rate that does not run away in a bowl of this curvature, 0 or above."""
    ### BEGIN SOLUTION
    return 2 / curvature if curvature > 0 else math.inf
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rate-largest_stable_lr", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("rate.largest_stable_lr", largest_stable_lr)

# %% [markdown]
# Now draw the picture that the article asks for, *to show the overshoot*, with your own two functions: too small, good, too
# large but still stable, exactly on the border, and beyond.

# %%
curvature = 4.0
limit = largest_stable_lr(curvature)


def bowl(x: float) -> float:
    """The loss at a position."""
    return curvature / 2 * x**2


def walk(lr: float, steps: int) -> list[float]:
    """The positions of so many steps through the bowl."""
    return descend(lambda x: curvature * x, -1.5, lr, steps)


shares = (0.05, 0.45, 0.95, 1, 1.05)
plots.descents(bowl, {f"{share:g} × the limit": walk(share * limit, 12) for share in shares})

# %%
distances = [abs(x) for x in walk(limit, 100)]
closer, farther = distances[-1] < distances[0], distances[-1] > distances[0]
measured = "comes to rest" if closer else "runs away" if farther else "swings for ever"
book.compare("rate.on-the-border", measured)

# %% [markdown]
# The best rate in this bowl is half of the limit: one step, and you are there. From there to disaster it is a factor of
# two. That is why a rate that is "a bit high" is not harmless.
#
# What does the loss look like after a few steps, for every rate at once? Keep this shape in mind. You will see it again.

# %%
many = [limit * 10 ** (k / 40 - 2.5) for k in range(110)]
plots.range_test(
    many,
    [bowl(walk(lr, 4)[-1]) for lr in many],
    marks={"2/L": limit},
    ylabel="loss after 4 steps",
)

# %% [markdown]
# ### The range test
#
# A network has as many directions as weights, each with a curvature of its own, and they change as you go. Hardly anybody
# computes a limit for that. But you can *try*: train about a hundred batches while the rate grows from far too small to
# far too large, and watch the loss. That is the range test (Smith, [arXiv 1506.01186](https://arxiv.org/abs/1506.01186)); as the article puts it, train
# *starting from a low learning rate and increase the learning rate exponentially for every batch*.
#
# **Exercise rate.lr_at** · 2 points · easy · 5 minutes
#
# The rate of step number `step`, when `steps` of them go from `low` (step 0) to `high` (the last one, which has number
# `steps - 1`). From each step to the next the rate grows by the same *factor*. A sweep of one step stays at `low`. Both
# ends are meant exactly, as Python's own numbers are: float32, which tensors usually hold, keeps only seven digits.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Altogether the rate has to grow by the factor <code>high / low</code>. What share of the way has been gone at this step?
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# A power: after half of the way the rate has grown by the square root of the whole factor, which is the factor to the power
# of one half. Count how many *gaps* there are between the steps.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <code>low, times (the whole factor, to the power of the share of the way)</code>; with a single step there is no way to
# go, and nothing to divide by.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-lr_at", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lr_at(step: int, steps: int, low: float, high: float) -> float:
    """The rate of a step, counted from 0, in an exponential sweep from `low` to `high`."""
    ### BEGIN SOLUTION
    if steps == 1:
        return low
    return low * (high / low) ** (step / (steps - 1))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rate-lr_at", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("rate.lr_at", lr_at)

# %% [markdown]
# The first of the article's two pictures: the rate, batch by batch. Why exponentially? Look at what a straight line would
# do: after one step it has left every rate below 0.1 behind.

# %%
low, high, steps = 1e-6, 10.0, 100
straight = [low + (high - low) * step / (steps - 1) for step in range(steps)]
sweep = [lr_at(step, steps, low, high) for step in range(steps)]
plots.schedules({"exponential": sweep, "linear": straight})

# %% [markdown]
# Every batch has other pictures, so the loss jumps up and down. To see its course, average: keep one number, and mix a
# little of every new loss into it.
#
# `average = beta * average + (1 - beta) * loss`
#
# With a `beta` of 0.9, as in this lesson, nine tenths of the old average stay. The average begins at 0, which no loss has
# ever been, and for some dozen steps it is far too small. The cure is known from Adam: after `n` losses, only a share of `1 - beta**n` of the average comes from losses; divide by it.
#
# **Exercise rate.smooth** · 2 points · easy · 5 minutes
#
# Return the average after each of the `losses`, corrected in this way. The first value is then the first loss itself.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Two numbers a loss: the average that goes on, and the corrected one that you hand out. Do not confuse them: what is mixed
# with the next loss is the uncorrected one.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `enumerate(losses, 1)` counts from one.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# for each loss and its number:
#     mix it into the average
#     put the average, divided by its share of losses, on the list
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-smooth", "locked": false, "schema_version": 3, "solution": true, "task": false}
def smooth(losses: list[float], beta: float) -> list[float]:
    """Exponential moving average with bias correction, a value for each loss."""
    ### BEGIN SOLUTION
    average, smoothed = 0.0, []
    for number, loss in enumerate(losses, 1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**number))
    return smoothed
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rate-smooth", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("rate.smooth", smooth)

# %% [markdown]
# Now the test itself. It is an ordinary training loop with a rate that grows, and with good manners: it is a *question* to
# your model, so afterwards everything is as it was.
#
# **Exercise rate.range_test** · 4 points · hard · 20 minutes
#
# Train for at most `steps` steps, one batch each; when `batches` is used up, begin it anew. Return `(lrs, losses)`: the rate
# of each step and the loss of its batch *before* the update, as plain numbers, not smoothed.
#
# - Step `i` runs at `lr_at(i, steps, low, high)`. If the optimizer has several groups, that is the rate of the group with the
#   largest rate, and the others keep their **ratio** to it (0 stays 0).
# - Use the mode in which the course trains: `training.training_mode(model)` sets it, and leaves frozen parts in evaluation mode.
# - **Stop** when the loss is not finite, and do not record that one. Stop when the smoothed loss (`beta` 0.9) is more than 4
#   times the smallest it has been; you may record that one or not.
# - **Leave no trace**, even if the loop ends with an error or somebody presses stop: weights and buffers, the state and rates
#   of the optimizer, each module's mode, each gradient (`None` where there was none) and torch's random state.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Three parts: note everything down, train, put everything back. Python has a statement whose last block runs whatever
# happens in the first: `try` and `finally`.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# A copy has to be a copy: `Tensor.clone()`, `copy.deepcopy(optimizer.state_dict())`. `model.parameters()` and
# `model.buffers()` hold all its tensors; under `torch.no_grad()`, `Tensor.copy_` writes into one. `optimizer.param_groups` is
# a list of dictionaries. `torch.get_rng_state`, `torch.set_rng_state`. `itertools.repeat(batches)` gives them again and
# again, `itertools.chain.from_iterable` makes one long row of it (`itertools.cycle` would
# keep every batch in memory). Use your `lr_at` and your `smooth`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# note: tensors, gradients, modes, the optimizer's state, the random state
# ratio of each group = its rate over the largest rate
# try:
#     training mode
#     for each step, with the next batch:
#         loss of the batch; not finite? leave the loop
#         record rate and loss; smoothed loss too far above its smallest? leave the loop
#         set the rates of all groups; then zero_grad, backward, step
# finally:
#     put back, in any order, all that you noted
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-range_test", "locked": false, "schema_version": 3, "solution": true, "task": false}
def range_test(
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    low: float,
    high: float,
    steps: int,
) -> tuple[list[float], list[float]]:
    """Train with a growing rate and undo it: (rates, losses), one of each a step."""
    ### BEGIN SOLUTION
    tensors = [*model.parameters(), *model.buffers()]
    values = [tensor.detach().clone() for tensor in tensors]
    gradients = [None if p.grad is None else p.grad.clone() for p in model.parameters()]
    modes = {module: module.training for module in model.modules()}
    memory = copy.deepcopy(optimizer.state_dict())
    random_state = torch.get_rng_state()

    largest = max(group["lr"] for group in optimizer.param_groups)
    ratios = [group["lr"] / largest for group in optimizer.param_groups]
    endless = itertools.chain.from_iterable(itertools.repeat(batches))
    lrs, losses, lowest = [], [], math.inf
    try:
        training.training_mode(model)
        for step, (images, labels) in zip(range(steps), endless, strict=False):
            loss = loss_fn(model(images), labels)
            if not torch.isfinite(loss):
                break
            lrs.append(lr_at(step, steps, low, high))
            losses.append(loss.item())
            smoothed = smooth(losses, 0.9)[-1]
            lowest = min(lowest, smoothed)
            if smoothed > 4 * lowest:
                break
            for group, ratio in zip(optimizer.param_groups, ratios, strict=True):
                group["lr"] = lrs[-1] * ratio
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    finally:
        with torch.no_grad():
            for tensor, value in zip(tensors, values, strict=True):
                tensor.copy_(value)
        for parameter, gradient in zip(model.parameters(), gradients, strict=True):
            parameter.grad = gradient
        for module, mode in modes.items():
            module.training = mode
        optimizer.load_state_dict(memory)
        torch.set_rng_state(random_state)
    return lrs, losses
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rate-range_test", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("rate.range_test", range_test)

# %% [markdown]
# The second of the article's pictures: *loss against rate*. Dots are single batches, the line is your average of them. Is
# there anything in it that you have seen in the bowl?

# %%
lrs, losses = range_test(
    garden.tail,
    garden.batches(shuffle=True, seed=0),
    F.cross_entropy,
    sgd(garden.tail, lr=1e-3),
    low,
    high,
    steps,
)
smoothed = smooth(losses, 0.9)
lowest_at = lrs[smoothed.index(min(smoothed))]
print(f"{len(lrs)} of {steps} steps, then stopped")
plots.range_test(lrs, losses, smoothed, marks={"lowest": lowest_at})

# %% [markdown]
# Far left nothing happens: too small. In the middle the loss falls. Then it turns, and rises: too large. It is tempting to
# take the rate at the lowest point. But there the loss has just *stopped* falling; the average even lags behind. The rate
# that teaches most is where the curve is **steepest**, seen as it is drawn: per factor of the rate.
#
# A slope from one point to the next is mostly noise. So take it across ten steps of the sweep: from the fifth point
# before a point to the fifth point after it. The first and the last five points then have none, and that is just as well:
# little can be read there anyway.
#
# **Exercise rate.suggest_lr** · 3 points · medium · 10 minutes
#
# `losses` are smoothed already. First drop, from both lists, the points whose loss is not finite. Then return the rate at
# which the loss falls fastest: difference of the losses over difference of the *logarithms* of the rates, five points on
# each side. Return `None` if it falls nowhere, or if fewer than 11 points are left: better no answer than a made-up one.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Pairs of points that are ten apart, in order. Each pair has a slope, which belongs to the point in its middle.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `zip(points, points[10:])` gives the pairs, and gives none if there are too few points. `math.log`, `math.isfinite`,
# `min`, `list.index`. Falling means a slope below zero.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# usable points: (rate, loss), where the loss is finite
# slopes: for each pair ten apart, (loss - loss) over (log rate - log rate)
# no slopes, or the smallest is not below zero: nothing to suggest
# the rate of the usable point five places after the index of the smallest slope
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-suggest_lr", "locked": false, "schema_version": 3, "solution": true, "task": false}
def suggest_lr(lrs: list[float], losses: list[float]) -> float | None:
    """The rate at which the smoothed loss falls fastest per factor of the rate, or None."""
    ### BEGIN SOLUTION
    usable = [(lr, loss) for lr, loss in zip(lrs, losses, strict=True) if math.isfinite(loss)]
    slopes = [
        (after[1] - before[1]) / math.log(after[0] / before[0])
        for before, after in zip(usable, usable[10:], strict=False)
    ]
    if not slopes or min(slopes) >= 0:
        return None
    return usable[slopes.index(min(slopes)) + 5][0]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rate-suggest_lr", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("rate.suggest_lr", suggest_lr)

# %%
suggested = suggest_lr(lrs, smoothed)
plots.range_test(lrs, losses, smoothed, marks={"suggested": suggested, "lowest": lowest_at})

# %% [markdown]
# ## Measure it
#
# Is it right? `training.lr_finder` is the version that later lessons use. The same pictures in the same order:

# %%
library = training.lr_finder.range_test(
    garden.tail,
    garden.batches(shuffle=True, seed=0),
    sgd(garden.tail, lr=1e-3),
    low=low,
    high=high,
    steps=steps,
)
print(f"yours:   {len(lrs)} steps, suggests {suggested or 0:.2g}")
print(f"library: {len(library.lrs)} steps, suggests {library.suggestion or 0:.2g} {library.reason}")

# %% [markdown]
# ### A band, not a point
#
# Which pictures happened to come at which rate was chance. So ask again, each time with another order of the pictures. On
# stored features a test takes less time than reading this sentence.


# %%
def repeated(
    cache: training.PrefixCache, orders: int, factor: float = 1.0
) -> list[tuple[list[float], list[float], float | None]]:
    """Range tests over several orders of the pictures: (rates, smoothed losses, suggestion)."""
    tests = []
    for order in range(orders):
        batches = cache.batches(shuffle=True, seed=order)
        optimizer = sgd(cache.tail, 1e-3, factor)
        rates, raw = range_test(cache.tail, batches, F.cross_entropy, optimizer, low, high, steps)
        course = smooth(raw, 0.9)
        tests.append((rates, course, suggest_lr(rates, course)))
    return tests


def middle(tests: list) -> float:
    """The median of what several tests suggest; 0.01, to begin with, if none has any ground."""
    return statistics.median([rate for _, _, rate in tests if rate] or [0.01])


head_tests = repeated(garden, orders=8)
found = middle(head_tests)
print(f"middle of the band: {found:.2g}")
plots.range_tests({"": head_tests})

# %% [markdown]
# A single test would have told you one of these dots, and you would have typed it with three digits. The band is the
# honest answer: as far as the test can tell, anywhere inside is as good as the rest. Take the middle.
#
# Side by side on such a head and eight orders (`uv run --isolated --group peers python -m benchmarks.lr_finder`): single
# suggestions of your kind lay within a factor of 1.9, those of torch-lr-finder within 1.6, of fastai's `lr_find` within 1.9 to
# 3.1, depending on which of its four you take, and of Lightning within 11. The middle of eight tests: within 1.2. Each of the
# three leaves something changed behind, gradients at least; fastai's, when you press stop, the weights as well.
#
# ### Ten times less, ten times more
#
# Three runs of eight epochs, from the same first weights: the rate you found, a tenth of it, and ten times as much. With the
# course's own pictures, ten times as much is about where the curve was *lowest*.
#
# <!-- from benchmarks.lr_finder: settings/linear head, SGD/spread/*/spread -->

# %%
rates = {"10× too small": found / 10, "found": found, "10× too large": found * 10}
runs = {name: short_run(rate) for name, rate in rates.items()}
for name, (history, _) in runs.items():
    last = history.last
    book.record(
        "03_learning_rate",
        f"head, {name}",
        rate=rates[name],
        valid_accuracy=last.valid_accuracy,
        valid_loss=last.valid_loss,
    )
plots.training_curves({name: history for name, (history, _) in runs.items()})

# %% [markdown]
# Too small is not wrong, only slow: its curves still climb when the others have arrived. Too large looks worst at first.
# Then the accuracy recovers, and the loss does not: what it gets wrong, it gets wrong with great confidence. So look at both.
# A difference of two or three points in one run of yours would prove nothing, by the rule of lesson 00. Over five fresh draws
# of the herbarium (`python -m benchmarks.learning_rate --seeds 5`):
#
# | rate | SGD: validation loss | accuracy | Adam: validation loss | accuracy |
# |---|---|---|---|---|
# | a tenth | 0.76 | 86.1 % | 0.55 | 89.0 % |
# | **found** | **0.24** | **92.4 %** | **0.18** | **94.2 %** |
# | ten times | 0.71 | 89.8 % | 1.04 | 90.2 % |
#
# <!-- from benchmarks.learning_rate; rows: 10 times too small | found | 10 times too large;
# columns: runs/head, SGD, {}/valid_loss/0 | runs/head, SGD, {}/valid_accuracy/0 |
# runs/head, Adam, {}/valid_loss/0 | runs/head, Adam, {}/valid_accuracy/0 -->
#
# The loss was lowest at the found rate in each of the five. Adam was tested for itself, and got another rate: 0.0054 on
# average where SGD got 0.0078. A rate belongs to its optimizer, too.
#
# The article hopes for more: *start from a larger learning rate and gradually reduce, or start from smaller and increase
# gradually, therefore making the optimizer reach its global minima*. No test promises that. This one finds the rate
# at which the loss falls fastest *now*, from these weights. A linear head on frozen features has a single valley anyway;
# all three runs go down the same one, and differ in how fast and how roughly. Whether it pays to change the rate on
# the way is the question of the next lesson.
#
# ### Again, after unfreezing
#
# *This process has to be repeated*, says the article, every time that layers are unfrozen. Why should it? Unfreeze the last
# stage below the same fresh head, and test again: once at one rate for both, once with a tenth for the stage, as the
# article has it. Your test keeps that ratio all the way up.
#
# <!-- from benchmarks.learning_rate: rates/head, */mean -->

# %%
stages = [s for s in config.stages if not isinstance(model.get_submodule(s), nn.BatchNorm2d)]
stage = stages[-1]
deeper_model = models.backbone(classes=len(flowers.classes), seed=0)
training.unfreeze(deeper_model, [stage])
deeper = training.PrefixCache(deeper_model, flowers.train, field, views=2, fold=True)
one_rate = repeated(deeper, orders=2)
falling_rates = repeated(deeper, orders=2, factor=10)
plots.range_tests(
    {
        "head alone": head_tests,
        f"head and {stage}, one rate": one_rate,
        f"head, and {stage} at a tenth": falling_rates,
    }
)

# %%
print(f"head alone {found:.2g}, both at one rate {middle(one_rate):.2g}")
print(f"head with the stage at a tenth {middle(falling_rates):.2g}")
book.compare("rate.after-unfreezing", middle(one_rate) / found)

# %% [markdown]
# Another answer, and you know why from the bowl: sharper directions. When more is trained, all directions of the head are
# still there, and new ones come along. The sharpest of them all cannot be less sharp than before, and it sets the limit. For
# once, measure it: multiply a direction by the curvature again and again, and the sharpest wins.


# %%
def sharpest(weights: list[nn.Parameter]) -> float:
    """The largest curvature of the loss on one batch: power iteration from the gradient."""
    images, labels = next(iter(deeper.batches(shuffle=True, seed=0)))
    loss = F.cross_entropy(deeper.tail(images), labels)
    slopes = torch.autograd.grad(loss, weights, create_graph=True)
    direction = [slope.detach() for slope in slopes]
    for _ in range(8):
        length = nn.utils.get_total_norm(direction)
        unit = [part / length for part in direction]
        direction = torch.autograd.grad(slopes, weights, unit, retain_graph=True)
    return nn.utils.get_total_norm(direction).item()


head_weights = list(deeper.tail[-1].parameters())
all_weights = [p for p in deeper.tail.parameters() if p.requires_grad]
for name, weights in {"head": head_weights, f"head and {stage}": all_weights}.items():
    bend = sharpest(weights)
    print(f"{name:16s} curvature {bend:5.1f}, 2/L = {largest_stable_lr(bend):.3f}")

# %% [markdown]
# That was one batch, at the first weights. The gap opens as training goes on: over the same five draws the sharpest
# curvature was 43 for the head and 64 with the stage at the start, and 24 and 221 after eight epochs. (Momentum and the
# shape of the loss shift the border of a real network; that it moves, and which way, is what counts.)
#
# What becomes of a run whose rate was found before the unfreezing? Head and stage, five epochs: at falling rates as you
# just tested them, at the rate that was found for the head alone, and at ten times that rate, which the head alone got
# over.

# %%
deeper_meadow = training.PrefixCache(deeper_model, flowers.valid, plain, fold=True)
choices = {
    "tested again": (middle(falling_rates), 10.0),
    "the head's rate": (found, 1.0),
    "10× the head's": (10 * found, 1.0),
}
deeper_runs = {
    name: short_run(rate, deeper, deeper_meadow, factor, epochs=5)[0]
    for name, (rate, factor) in choices.items()
}
last = deeper_runs["tested again"].last
book.record(
    "03_learning_rate",
    f"head and {stage}",
    rate=middle(falling_rates),
    valid_accuracy=last.valid_accuracy,
    valid_loss=last.valid_loss,
)
plots.lines(
    {
        name: {row.epoch: [row.valid_accuracy] for row in history.epochs}
        for name, history in deeper_runs.items()
    },
    xlabel="epoch",
    ylabel="validation accuracy",
)

# %% [markdown]
# Over the five draws, eight epochs each:
#
# | what is trained | rate | validation accuracy |
# |---|---|---|
# | head alone | ten times the found one | 89.8 % |
# | head and last stage | ten times the *head's* | 6.2 %, one answer for all pictures |
# | head and last stage | the head's | 93.5 % |
# | head and last stage | tested again, one rate | 93.3 % |
# | head and last stage | tested again, falling rates | 92.8 % |
#
# <!-- from benchmarks.learning_rate; rows: head, SGD, 10 times too large | stage, one rate, 10 times the head's |
# stage, one rate, the head's | stage, one rate, found | stage, falling rates, found;
# columns: - | runs/{}/valid_accuracy/0 -->
#
# So testing again won no accuracy here. The head's rate had room above it, more than the factor by which your answer
# changed. But the border had moved: what the head alone got over destroyed the network. The test tells you how near the
# border is before you find out.
#
# ## What goes wrong
#
# The test needs a slope to stand on. Put it to a head that has been trained already, the one of the run you found:

# %%
_, trained = runs["found"]
late = training.lr_finder.lr_band(trained, garden.batches(shuffle=True), sgd(trained, 1e-3))
late_tests = [(t.lrs, t.smoothed, suggest_lr(t.lrs, t.smoothed)) for t in late.tests]
print(f"the library suggests {late.suggestion}: {late.reason or 'a band as before'}")
plots.range_tests({"your suggest_lr": late_tests})

# %% [markdown]
# Every rate leaves the loss as it is, until one is too large. There is a steepest place in noise, too, and a function that
# was asked for it will name it. Look at the band: in the five draws the largest of eight suggestions was 42 to 4,750 times
# the smallest. That is no answer. The library's test compares the fall with the noise, and refused in all five. So test
# **early**: with a fresh head, or right after an unfreezing while there is still something to learn. What a late test
# does show is the border: stay well below it.
#
# | symptom | likely cause | cure |
# |---|---|---|
# | loss and accuracy creep along in straight lines to the last epoch | the rate is too small | the range test |
# | the loss jumps in the first epochs, then recovers slowly or not at all; NaN | the rate is too large | the range test; ten times less to begin with |
# | each test suggests something else | a point is one draw; or the head is trained already | look at the band, test early |
# | the suggestion lies at the very beginning of the sweep | smoothing without bias correction, or no ground | the first smoothed value is the first loss; look at the picture |
# | the curve is flat and then a cliff | the sweep grows linearly | by a factor each step |
# | training after the test goes worse than without it | the test left its traces: weights, momentum, statistics | put everything back, whatever happens |
# | after an unfreezing, a rate that did no lasting harm before destroys the network | the border has moved | test again; falling rates |
# | after the test all groups learn at one rate | their ratios were flattened | keep the ratios |
#
# ## Recap
#
# - In a bowl of curvature L rates below 2/L come to rest, and half of it is the best. A network is no bowl, but has a
#   border too.
# - The range test asks the network itself: the rate grows by a factor each batch, the loss tells.
# - Steepest, not lowest. A band, not a point. Early, not late.
# - More layers, sharper directions: test again after each unfreezing.
# - A test leaves no trace.
#
# Next: schedules and optimizers. A rate need not stay what it was.
#
# <!-- 42 = learning_rate[rows/4/head alone/trained/band/of each repeat/6] / learning_rate[rows/4/head alone/trained/band/of each repeat/1] -->
# <!-- 4,750 = learning_rate[rows/2/head alone/trained/band/of each repeat/6] / learning_rate[rows/2/head alone/trained/band/of each repeat/3] -->

# %% [markdown]
# **Reflection rate.reflection** · 2 points · read by a person
#
# Two colleagues ran a range test on the same network with the same pictures. One reports 0.0031, the other 0.0084, and each
# takes the other's for a mistake. What would you tell them, and which rate would you train with? Then they unfreeze two
# more stages, and ask whether they may keep that rate. Say what you expect to change, and why, and what you would look at.

# %% [markdown] nbgrader={"grade": true, "grade_id": "rate-reflection", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# *Marking scheme.* One point: neither is wrong, a suggestion is one draw from a band (order of the pictures, noise of the
# batches); repeat the test over several orders and take the middle, or say that anything within the band will do and a
# factor of three hardly matters. One point: test again, because with more layers come sharper directions, so that the
# border and the suggestion move to smaller rates; falling rates keep the head's; the loss must still have something to
# fall, otherwise the test says nothing, and only the border can be read.
