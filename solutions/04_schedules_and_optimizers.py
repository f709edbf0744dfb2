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
# # 04 · Schedules and optimizers
#
# *About 90 minutes. Everything runs on your own machine, in seconds, without a GPU or a network.*
#
# You can find a good learning rate now. But is one number right for the first step and for the last? At first there is far
# to go, and large steps get you there. At the end you hover over a small place, and large steps keep you from landing.
#
# *Use a scheduler to save yourself from doing everything manually*, says the article. It names more optimizers than most
# people ever try, *Adam, Stochastic Gradient Descent, Adadelta etc.*, so why does everybody take Adam or SGD? In this lesson
# you build both of them and four schedules from nothing but arithmetic, and then let five optimizers race, fairly.
#
# **Afterwards you can**
# - write a step of SGD with momentum and of Adam, and say what each remembers,
# - draw a rate over time: in steps, along a cosine with restarts, in triangles, in one cycle,
# - put optimizer and scheduler in the right order, and choose between batch and epoch,
# - compare optimizers so that the result means something,
# - say when a schedule decides everything, and when it does nothing at all.

# %%
import copy
import math
import statistics
import warnings
from collections.abc import Callable
from functools import partial

import torch
from torch import nn
from torch.optim import lr_scheduler

from helpers import data, explore, models, plots, training
from helpers.checks import check

flowers = data.load()
book = training.Logbook.open()
model = models.freeze_backbone(models.backbone(classes=len(flowers.classes), seed=0))
config = model.config
plain = data.plain_transform(config.size, config.mean, config.std)
field = data.field_transform(config.size, config.mean, config.std)
# What the frozen backbone says, as in lesson 03: computed once and kept.
garden = training.PrefixCache(model, flowers.train, field, views=4, fold=True)
meadow = training.PrefixCache(model, flowers.valid, plain, fold=True)
print(f"{config.name}, frozen; what is trained: {garden.boundary}")

# %% [markdown]
# ## See it
#
# Unfreeze the last stage below a fresh head, take AdamW at a rate of 0.005, and train for six epochs. Do it twice: the same
# weights, pictures, order and optimizer. In the first run the rate stays where it is. In the second it rises to the same
# 0.005 and falls to nothing, which takes one line more.

# %%
stages = [s for s in config.stages if not isinstance(model.get_submodule(s), nn.BatchNorm2d)]
stage = stages[-1]
deeper_model = models.backbone(classes=len(flowers.classes), seed=0)
training.unfreeze(deeper_model, [stage])
deeper = training.PrefixCache(deeper_model, flowers.train, field, views=2, fold=True)
deeper_meadow = training.PrefixCache(deeper_model, flowers.valid, plain, fold=True)

Make = Callable[[list[nn.Parameter]], torch.optim.Optimizer]


def short_run(
    make: Make,
    schedule: Callable | None = None,
    train: training.PrefixCache = garden,
    valid: training.PrefixCache = meadow,
    epochs: int = 12,
    seed: int = 0,
    each: str = "batch",
) -> training.History:
    """Train a copy with a fresh head. `schedule` gets the optimizer and the number of steps."""
    network = copy.deepcopy(train.tail)
    head = network[-1]
    network[-1] = models.fresh_linear(head.in_features, head.out_features, seed)
    optimizer = make([p for p in network.parameters() if p.requires_grad])
    batches = train.batches(shuffle=True, seed=seed)
    scheduler = schedule(optimizer, epochs * len(batches)) if schedule else None
    return training.fit(
        network,
        batches,
        epochs=epochs,
        optimizer=optimizer,
        scheduler=scheduler,
        step_each=each,
        valid=valid.batches(128),
        progress=False,
    )


def stage_run(schedule: Callable | None = None) -> training.History:
    """Six epochs of head and last stage with AdamW, up to a rate of 0.005."""
    return short_run(partial(torch.optim.AdamW, lr=0.005), schedule, deeper, deeper_meadow, 6)


def torchs_cycle(optimizer: torch.optim.Optimizer, steps: int) -> lr_scheduler.OneCycleLR:
    """Up for a quarter of the steps, then down to nothing."""
    return lr_scheduler.OneCycleLR(optimizer, 0.005, total_steps=steps, pct_start=0.25)


staged = {"constant rate": stage_run(), "one cycle": stage_run(torchs_cycle)}
plots.training_curves(staged)

# %% [markdown]
# Six epochs, and the difference between a ruin and a result. (With the course's own pictures; one run each. The figures over
# fresh draws come below, when you have built the cycle yourself.)
#
# ## Predict
#
# Does the head alone, on frozen features, gain as much? At the rate that a range test finds for it, by how many **points**
# will one cycle beat the constant rate in validation accuracy?

# %%
my_gain = 5.0
book.predict("schedule.points-for-the-head", my_gain)

# %% [markdown]
# And the race. SGD, Adam, AdamW, Adadelta and RMSprop train that head, each at its own found rate, at constant rates, over
# several seeds. How many points will lie between the mean of the first and the mean of the last?

# %%
my_gap = 10.0
book.predict("schedule.points-between-optimizers", my_gap)

# %% [markdown]
# And the first cell again: one cycle rises and then falls. Which half of it saved the run, `"the rise"` or `"the fall"`?

# %%
my_half = "the fall"
book.predict("schedule.which-half", my_half)

# %% [markdown]
# ## Try it
#
# Choose a schedule and see what it makes of a real head, beside the same rate held constant. **Your goal is on the widget.**
#
# <details><summary>Reading without a kernel? This is what the widget shows.</summary>
#
# <img src="../static/schedule.jpg" width="100%" alt="On the left the learning rate of every step, one cycle beside a constant rate.
# On the right the validation loss of both runs: the constant one stays high and restless, the cycle ends far below it.">
#
# </details>

# %% tags=["widget"]
explore.schedule(flowers)

# %% [markdown]
# ## Build it
#
# ### Momentum
#
# Lesson 03 went down a valley with a single weight. With two, one direction is steep and the other is hardly sloping. The
# steep one sets the limit of the rate, and the flat one has to live with it. That is a **narrow valley**, and a network has
# thousands of them.
#
# Momentum is the cure that everybody uses. It remembers a **velocity**: of each step, a share stays for the next one.
#
# 1. new velocity = momentum × velocity + gradient
# 2. new weight = weight − rate × velocity, the new one
#
# Across the valley the gradients change sign and cancel. Along it they add up. **Nesterov's** variant looks one step ahead: in
# line 2 the velocity is replaced by *gradient + momentum × new velocity*.
#
# **Exercise schedule.sgd_step** · 2 points · easy · 10 minutes
#
# One step. Return the new weight and the new velocity, as new tensors; those you were given stay as they are.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# First the velocity, then the weight. The only question that `nesterov` answers is what gets multiplied by the rate.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# Tensors of one shape are added and multiplied place by place. `a + b` makes a new tensor; `a += b` and `a.add_(b)`
# change the one you were given.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# velocity: momentum times the old one, plus the gradient
# direction: the velocity
#     with nesterov: the gradient plus momentum times that velocity
# return weight minus rate times direction, and the velocity
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-sgd_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd_step(
    weight: torch.Tensor,
    gradient: torch.Tensor,
    velocity: torch.Tensor,
    lr: float,
    momentum: float = 0.9,
    nesterov: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One step of SGD with momentum: (weight, velocity). A velocity begins with zeros."""
    ### BEGIN SOLUTION
    velocity = momentum * velocity + gradient
    direction = gradient + momentum * velocity if nesterov else velocity
    return weight - lr * direction, velocity
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-sgd_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("schedule.sgd_step", sgd_step)

# %% [markdown]
# A valley that is thirty times steeper across than along, seen from above; your own steps go down it. Without momentum a
# rate of 0.06 is just below the limit of lesson 03, which is 2/30.

# %%
steepness = torch.tensor([1.0, 30.0])
start = torch.tensor([-4.0, 1.0])


def height(x: float, y: float) -> float:
    """The loss in the valley."""
    return (x**2 + 30 * y**2) / 2


def roll(
    lr: float, momentum: float, nesterov: bool = False, times: float = 1.0
) -> list[torch.Tensor]:
    """Places of 40 steps of SGD, the start first; `times` multiplies the heights of the valley."""
    places, velocity = [start], torch.zeros(2)
    for _ in range(40):
        slope = times * steepness * places[-1]
        place, velocity = sgd_step(places[-1], slope, velocity, lr, momentum, nesterov)
        places.append(place)
    return places


plots.valley(
    height,
    {
        "rate 0.06, no momentum": roll(0.06, 0),
        "rate 0.02, no momentum": roll(0.02, 0),
        "0.02, momentum 0.8": roll(0.02, 0.8),
        "0.02, 0.8, Nesterov": roll(0.02, 0.8, nesterov=True),
    },
)

# %% [markdown]
# Large steps swing from wall to wall, small ones do not arrive. With momentum the small rate gets there, and Nesterov's look
# ahead takes the swing out. The article's optimizer has it switched on.
#
# Now an even slope, on which the gradient is 1 wherever you stand. Without momentum a step is as long as the rate. With a
# momentum of 0.9, and after many steps: how many times as long?

# %%
my_reach = 1.0
book.predict("schedule.how-far-momentum-carries", my_reach)

# %%
place, velocity, even = torch.zeros(1), torch.zeros(1), torch.ones(1)
for _ in range(100):
    before = place
    place, velocity = sgd_step(before, even, velocity, lr=0.01, momentum=0.9)
book.compare("schedule.how-far-momentum-carries", (before - place).item() / 0.01)

# %% [markdown]
# Each gradient is used again and again: nine tenths of it in the next step, 81 hundredths in the one after, and so on. In
# the end all of that sums up to `1 / (1 - momentum)`. So what a step really is, its **effective rate**, is
# `lr / (1 - momentum)`. Whoever changes the momentum changes the rate.
#
# **Exercise schedule.momentum_correction** · 1 point · easy · 5 minutes
#
# A run goes well at rate `lr` and momentum `old`. Return the rate that keeps the effective rate the same with momentum `new`.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Write down the effective rate twice, before and after, with an equals sign in between.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# Solve for the new rate. Check it with your head: from 0.9 to 0.99 the effective rate would grow tenfold, so the rate has
# to become ten times smaller.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# The old rate, times what is missing to 1 in the new momentum, over what is missing to 1 in the old one.
#
# </details>
#
# <!-- 0.99 = 1 - (1 - 0.9) / 10 -->


# %% nbgrader={"grade": false, "grade_id": "answer-momentum_correction", "locked": false, "schema_version": 3, "solution": true, "task": false}
def momentum_correction(lr: float, old: float, new: float) -> float:
    """The rate at which momentum `new` takes steps as long as `lr` did with momentum `old`."""
    ### BEGIN SOLUTION
    return lr * (1 - new) / (1 - old)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-momentum_correction", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("schedule.momentum_correction", momentum_correction)

# %% [markdown]
# On the real head: less momentum and more, with the old rate and with yours.


# %%
def plain_sgd(lr: float, momentum: float) -> Make:
    """SGD without Nesterov, ready for its parameters."""
    return partial(torch.optim.SGD, lr=lr, momentum=momentum)


momenta = {"0.9": short_run(plain_sgd(0.008, 0.9))}
for new in (0.5, 0.98):
    momenta[f"{new}, same rate"] = short_run(plain_sgd(0.008, new))
    corrected = momentum_correction(0.008, 0.9, new)
    momenta[f"{new}, corrected"] = short_run(plain_sgd(corrected, new))
plots.lines(
    {name: {row.epoch: [row.valid_loss] for row in run.epochs} for name, run in momenta.items()},
    xlabel="epoch",
    ylabel="validation loss",
)

# %% [markdown]
# With the course's own pictures, corrected runs arrive about where the first one does. Without the correction you would have
# compared two rates, and called it a comparison of momenta.
#
# ### Adam
#
# A network has weights with large gradients and weights with tiny ones. SGD moves them in proportion. **Adam** asks instead:
# is this gradient large *for this weight*? It remembers two running means for each weight, of the gradient and of its
# square, and divides one by the root of the other (Kingma and Ba, [arXiv 1412.6980](https://arxiv.org/abs/1412.6980)):
#
# 1. mean = b1 × mean + (1 − b1) × gradient
# 2. square = b2 × square + (1 − b2) × gradient²
# 3. Both begin with zeros, so both are too small at first. You know the cure from smoothing in lesson 03: divide the mean
#    by `1 - b1**step`, the square by `1 - b2**step`.
# 4. new weight = weight − rate × corrected mean / (root of the corrected square + eps)
#
# **Exercise schedule.adam_step** · 3 points · medium · 15 minutes
#
# One step; `step` counts from 1, and `betas` are `(b1, b2)`. Return the new weight, mean and square. What you return of the
# means is *not* corrected: the next step goes on with it. The given tensors stay as they are.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# The four lines above, one after the other. Keep the corrected values in names of their own.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `gradient**2`, `Tensor.sqrt()`. The first step divides by 1 − b1 and by 1 − b2, which is why counting begins with 1:
# at 0 it would divide by zero.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# mean, square: mixed as in lines 1 and 2
# direction: the mean over its share of gradients
# size: the root of (the square over its share of gradients)
# return weight minus rate times direction over (size plus eps), mean, square
# </pre>
#
# `eps` stands outside the root.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-adam_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adam_step(
    weight: torch.Tensor,
    gradient: torch.Tensor,
    mean: torch.Tensor,
    square: torch.Tensor,
    step: int,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """One step of Adam: (weight, mean, square). Both means begin with zeros; steps with 1."""
    ### BEGIN SOLUTION
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    direction = mean / (1 - betas[0] ** step)
    size = (square / (1 - betas[1] ** step)).sqrt()
    return weight - lr * direction / (size + eps), mean, square
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-adam_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("schedule.adam_step", adam_step)

# %% [markdown]
# The same valley. And then the same valley with all its heights multiplied by 100, as if you had summed the loss over a
# batch instead of taking the mean. Same rates. What will each of them do?


# %%
def adam_walk(lr: float, times: float = 1.0) -> list[torch.Tensor]:
    """The same with Adam."""
    places, mean, square = [start], torch.zeros(2), torch.zeros(2)
    for step in range(1, 41):
        slope = times * steepness * places[-1]
        place, mean, square = adam_step(places[-1], slope, mean, square, step, lr)
        places.append(place)
    return places


plots.valley(
    height,
    {
        "SGD": roll(0.02, 0.8),
        "Adam": adam_walk(0.3),
        "SGD, 100 × as high": roll(0.02, 0.8, times=100),
        "Adam, 100 × as high": adam_walk(0.3, times=100),
    },
)

# %% [markdown]
# SGD is thrown out at the first step. Adam does not even notice: what it divides by has grown as well. In the first step
# every weight moves by the rate itself, whatever its gradient. So a rate of Adam is a *length*, and a rate of SGD is a
# length *per slope*. They have different units, and a good value for one says nothing about the other.
#
# Look again, though: in this tidy valley SGD with momentum needs fewer steps than Adam. Adam is easier to please, not faster.
#
# ### Schedules
#
# From here on a schedule is a plain function: the number of a step in, the rate of that step out. The oldest one waits until
# the loss stops falling, and then divides the rate, say by ten. People used to sit beside their runs and do it by hand. Fix
# beforehand after how many epochs, and nobody has to sit there.
#
# **Exercise schedule.step_decay** · 1 point · easy · 5 minutes
#
# The rate of an `epoch`, counted from 0: `lr` for the first `every` epochs, then `lr` times `factor` (below 1) for the next
# `every`, times `factor` once more for the next, and so on.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# How many times has the rate been multiplied by then? That is a whole number, and it does not change from epoch to epoch.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `//` divides and drops what is left over. `**` is a power.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# The rate, times the factor to the power of how many whole stretches of epochs have gone by.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-step_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def step_decay(epoch: int, lr: float, every: int, factor: float) -> float:
    """The rate of an epoch, counted from 0: times `factor` after each `every` epochs."""
    ### BEGIN SOLUTION
    return lr * factor ** (epoch // every)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-step_decay", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("schedule.step_decay", step_decay)

# %% [markdown]
# Steps need two numbers that nobody knows beforehand, and they jump. A **cosine** glides: slowly away from the top, quickly
# through the middle, slowly into the bottom. You get the curve as a gift, because you will need it three times.


# %%
def glide(first: float, last: float, share: float) -> float:
    """From `first` (share 0) to `last` (share 1) along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


plots.schedules(
    {
        "in steps": [step_decay(epoch, 0.1, 10, 0.1) for epoch in range(40)],
        "a glide": [glide(0.1, 0.0001, epoch / 39) for epoch in range(40)],
    }
)

# %% [markdown]
# Loshchilov and Hutter ([arXiv 1608.03983](https://arxiv.org/abs/1608.03983)) glide down, and then jump back up: a **warm
# restart**. The weights stay where they are; only the rate is what it was at first. It may shake the network out of a poor
# place, and at the end of every cycle you have a network that has landed. Each cycle can be longer than the one before.
#
# **Exercise schedule.cosine_restarts** · 3 points · medium · 15 minutes
#
# The rate of a `step`, counted from 0. The first cycle takes `period` steps, each later one `mult` times as many as the one
# before (`mult` is a whole number, 1 or more). At the first step of each cycle the rate is `lr`; then it glides towards
# `low`, which it would reach at the first step *after* the cycle, where the next one has begun already.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Two questions. In which cycle is this step, and how long is that one? And what share of it has gone by? The second is a
# division, and then the glide does the rest.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# Take whole cycles off the front of `step`, one after the other, while it has them. `glide(first, last, share)`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# the length of a cycle is the period
# while the step lies beyond this cycle:
#     take the length off the step
#     the next cycle is longer by mult
# glide from lr to low; the share is the step over the length
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-cosine_restarts", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cosine_restarts(step: int, lr: float, period: int, mult: int = 1, low: float = 0.0) -> float:
    """The rate of a step, from 0: half a cosine from `lr` towards `low`, again and again."""
    ### BEGIN SOLUTION
    length = period
    while step >= length:
        step -= length
        length *= mult
    return glide(lr, low, step / length)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-cosine_restarts", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("schedule.cosine_restarts", cosine_restarts)

# %% [markdown]
# Smith, whose range test you know, went up and down in straight lines: **triangles** between a low rate and a high one. The
# range test gives you both. The idea was to stop looking for the one right rate.
#
# **Exercise schedule.triangular** · 2 points · easy · 5 minutes
#
# The rate of a `step`, counted from 0: `low` at step 0, `high` at step `half`, `low` again at step `2 * half`, straight lines
# in between, and so on for ever.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Every triangle looks the same, so it is enough to know where in its triangle a step is. And how far it is from the tip.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `%` gives what is left over by a division; `abs` gives a distance.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# place in the triangle: what is left of the step after whole triangles
# nearness to the tip: 1 minus (distance from half, over half)
# low plus that share of the way up
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-triangular", "locked": false, "schema_version": 3, "solution": true, "task": false}
def triangular(step: int, low: float, high: float, half: int) -> float:
    """The rate of a step, from 0: up in `half` steps, down in as many, again and again."""
    ### BEGIN SOLUTION
    nearness = 1 - abs(step % (2 * half) - half) / half
    return low + (high - low) * nearness
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-triangular", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("schedule.triangular", triangular)

# %% [markdown]
# Later he found that a single cycle is enough, if it ends far below where it began: **one cycle**. It climbs to a *peak*
# that would be too high for a constant rate, and then glides down to almost nothing. Momentum goes the other way: where the
# rate is highest, less of the past is kept.
#
# **Exercise schedule.one_cycle** · 3 points · medium · 15 minutes
#
# Rate and momentum of a `step`, counted from 0, when there are `steps` of them.
#
# - The rate begins at `peak / start`, is at `peak` at step `rising * steps - 1`, and ends at `peak / (start * end)` at the last
#   step, which is `steps - 1`. Both ways it glides.
# - The momentum glides at the same time: from 0.95 down to 0.85 at the peak, and back up to 0.95.
# - `rising * steps - 1` need not be a whole number. Then no step is exactly at the peak, and the glides do not care.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Two phases. Find out in which one the step is, and what share of that phase has gone by. The same share serves for the rate
# and for the momentum.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `glide` with other ends in each phase. The second phase is as long as from the peak to step `steps - 1`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# top: rising times steps, minus 1
# up to the top: share is step over top
#     glide from peak/start to peak, and from 0.95 to 0.85
# after it: share is (step minus top) over (last step minus top)
#     glide from peak to peak/(start * end), and from 0.85 to 0.95
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-one_cycle", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_cycle(
    step: int,
    steps: int,
    peak: float,
    start: float = 25.0,
    end: float = 1e4,
    rising: float = 0.25,
) -> tuple[float, float]:
    """Rate and momentum of a step, from 0, on the way up to `peak` and down to almost nothing."""
    ### BEGIN SOLUTION
    top = rising * steps - 1
    if step < top:
        share = step / top
        return glide(peak / start, peak, share), glide(0.95, 0.85, share)
    share = (step - top) / (steps - 1 - top)
    return glide(peak, peak / (start * end), share), glide(0.85, 0.95, share)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-one_cycle", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("schedule.one_cycle", one_cycle)

# %% [markdown]
# All that you have built, over 120 steps: twelve epochs of ten batches, as on the head.

# %%
plots.schedules(
    {
        "steps": [step_decay(step // 10, 0.1, 4, 0.1) for step in range(120)],
        "restarts": [cosine_restarts(step, 0.1, 40, low=1e-4) for step in range(120)],
        "longer cycles": [cosine_restarts(step, 0.1, 40, mult=2, low=1e-4) for step in range(120)],
        "triangles": [triangular(step, 0.01, 0.1, 20) for step in range(120)],
        "one cycle": [one_cycle(step, 120, 0.1)[0] for step in range(120)],
    }
)

# %% [markdown]
# And the momentum of the cycle. Remember what you know about effective rates: it makes the peak flatter than it looks. At a
# momentum of 0.85 a step becomes 6.7 times as long as the rate, at 0.95 it would be 20 times. From the first step to the peak the
# rate grows 25-fold, and the effective rate about 8-fold.
#
# <!-- 6.7 = 1 / (1 - 0.85) -->
# <!-- 20 = 1 / (1 - 0.95) -->
# <!-- 8 = 25 * (1 - 0.95) / (1 - 0.85) -->

# %%
momenta_of_a_cycle = [one_cycle(step, 120, 0.1)[1] for step in range(120)]
plots.courses({"Momentum": {"one cycle": momenta_of_a_cycle}}, ylabel="momentum")

# %% [markdown]
# ### The loop
#
# Two things have to happen after each batch, and their order matters. The optimizer uses the rate; the scheduler sets the next
# one. Some schedulers count batches, others epochs, and nothing in torch tells you which: it is you who decides where
# `scheduler.step()` stands.
#
# **Exercise schedule.steps_in_order** · 3 points · medium · 10 minutes
#
# Train for so many `epochs` over the list `batches`. For each batch: set the gradients to zero, call `train_batch(batch)`
# (it computes the loss and calls `backward` for you), and let the optimizer step. `each` says when the scheduler steps:
# after every `"batch"`, or at the end of every `"epoch"`. Return the rate that each batch was trained with, that of the first
# group: a list of `epochs * len(batches)` numbers.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Two loops, one inside the other. Write the rate down before anybody can change it.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `optimizer.zero_grad()`, `optimizer.step()`, `scheduler.step()`; `optimizer.param_groups` is a list of dictionaries, and the
# rate of a group is its `"lr"`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# for each epoch:
#     for each batch:
#         gradients to zero, train the batch, note the rate, step of the optimizer
#         per batch? step of the scheduler
#     per epoch? step of the scheduler
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-steps_in_order", "locked": false, "schema_version": 3, "solution": true, "task": false}
def steps_in_order(
    epochs: int,
    batches: list,
    train_batch: Callable[[object], object],
    optimizer: torch.optim.Optimizer,
    scheduler: lr_scheduler.LRScheduler,
    each: str,
) -> list[float]:
    """Train; the rate of every batch. The scheduler steps after each "batch" or "epoch"."""
    ### BEGIN SOLUTION
    rates = []
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            train_batch(batch)
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if each == "batch":
                scheduler.step()
        if each == "epoch":
            scheduler.step()
    return rates
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "schedule-steps_in_order", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("schedule.steps_in_order", steps_in_order)

# %% [markdown]
# ## Measure it
#
# One small class lets any function of yours steer an optimizer. A rate alone is set as it is; a pair of rate and momentum, as
# your `one_cycle` gives it, sets both. On the head, your cycle and torch's should be the same run.


# %%
class Follow:
    """Sets the rate of every step, and the momentum if there is one, from the number of the step."""

    def __init__(self, optimizer: torch.optim.Optimizer, curve: Callable[[int], object]) -> None:
        self.optimizer, self.curve, self.number = optimizer, curve, -1
        self.step()

    def step(self) -> None:
        """The rate for the next batch."""
        self.number += 1
        said = self.curve(self.number)
        lr, momentum = said if isinstance(said, tuple | list) else (said, None)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
            if momentum is not None and "betas" in group:
                group["betas"] = (momentum, group["betas"][1])  # Adam's momentum
            elif momentum is not None:
                group["momentum"] = momentum


def peak_of(optimizer: torch.optim.Optimizer) -> float:
    """The rate that an optimizer was made with."""
    return optimizer.param_groups[0]["lr"]


def cycling(optimizer: torch.optim.Optimizer, steps: int) -> Follow:
    """Your one cycle up to the optimizer's rate."""
    peak = peak_of(optimizer)
    return Follow(optimizer, lambda step: one_cycle(step, steps, peak))


adam = partial(torch.optim.Adam, lr=0.005)
for name, schedule in {"torch's cycle": torchs_cycle, "your cycle": cycling}.items():
    last = short_run(adam, schedule).last
    print(f"{name:14s} validation loss {last.valid_loss:.4f}, accuracy {last.valid_accuracy:.1%}")

# %% [markdown]
# ### Which half?
#
# Now take the cycle apart, on the unfrozen stage. *Only the rise*: up to 0.005 as in the cycle, and then it stays there. *Only the
# fall*: from 0.005 in the first step down along a cosine.


# %%
def rising(optimizer: torch.optim.Optimizer, steps: int) -> Follow:
    """The first quarter of the cycle, and then its peak."""
    peak = peak_of(optimizer)
    top = steps // 4 - 1
    return Follow(optimizer, lambda step: one_cycle(min(step, top), steps, peak)[0])


def falling(optimizer: torch.optim.Optimizer, steps: int) -> Follow:
    """A single cosine, from the peak down to nothing."""
    lr = peak_of(optimizer)
    return Follow(optimizer, lambda step: cosine_restarts(step, lr, steps))


only_rise, only_fall = stage_run(rising), stage_run(falling)
staged |= {"only the rise": only_rise, "only the fall": only_fall}
plots.lines(
    {name: {row.epoch: [row.valid_accuracy] for row in run.epochs} for name, run in staged.items()},
    xlabel="epoch",
    ylabel="validation accuracy",
)

# %%
rise, fall = (run.last.valid_accuracy for run in (only_rise, only_fall))
saved = "neither" if rise == fall else "the rise" if rise > fall else "the fall"
book.compare("schedule.which-half", saved)
whole = staged["one cycle"].last
entry = book.record(
    "04_schedules_and_optimizers",
    f"head and {stage}, one cycle",
    rate=0.005,
    valid_accuracy=whole.valid_accuracy,
    valid_loss=whole.valid_loss,
)

# %% [markdown]
# Over five fresh draws of the herbarium, on the test pictures (`python -m benchmarks.optimizers --seeds 5 --stages "last stage"`):
#
# | six epochs, the last stage and the head | peak 0.001 | peak 0.002 | peak 0.005 |
# |---|---|---|---|
# | constant rate | 89.2 % | 88.9 % | 53.7 % |
# | only the rise | 88.8 % | 85.0 % | 82.0 % |
# | only the fall | **92.8 %** | **91.4 %** | 62.3 % |
# | a cosine with one restart | 92.1 % | 90.9 % | 72.4 % |
# | one cycle | 91.5 % | 91.2 % | **87.9 %** |
#
# <!-- from benchmarks.optimizers_stages; rows: constant | rise | cosine | restarts | one cycle;
# columns: last stage, {} at 0.001/test/0 | last stage, {} at 0.002/test/0 | last stage, {} at 0.005/test/0 -->
#
# Two stories in one table. At the high rate of 0.005 the **rise** decides. The head is fresh, its first gradients are large and
# say little, and steps of full length tear up in one epoch what ImageNet had built. After a gentle start the stage
# survives. At the moderate rates nothing is torn up, and a gentle start brings nothing, or even costs some; there the **fall**
# brings 2 to 4 points, because the run lands. One cycle does both. It pays a little for the rise where that was not
# needed, and is the only one that comes through everywhere.
#
# The article leaves the choice open: *start from a Larger learning rate and gradually reduce them to smaller values or start
# from smaller and increase gradually*. Now you can say what each is good for. The rise protects, the fall lands.
#
# ### The race, first unfairly
#
# This is how such comparisons are often made: one rate for all, the 0.001 that stands in so many pages. Three seeds each: other
# first weights of the head, another order.
#
# The newcomers in a line each. **RMSprop** is Adam without the running mean and without the correction. **Adadelta** also
# divides by the size of the gradients, and multiplies by the size of its own latest steps. **AdamW** is Adam with another weight
# decay, which lesson 06 takes apart.
#
# <!-- from benchmarks.optimizers_stages: */test/0 -->
# <!-- 2 = 100 * (optimizers_stages[summary/last stage, cosine at 0.002/test/0] - optimizers_stages[summary/last stage, constant at 0.002/test/0]) -->
# <!-- 4 = 100 * (optimizers_stages[summary/last stage, cosine at 0.001/test/0] - optimizers_stages[summary/last stage, constant at 0.001/test/0]) -->

# %%
RACERS = {
    "SGD, Nesterov": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "Adam": torch.optim.Adam,
    "AdamW": torch.optim.AdamW,
    "Adadelta": torch.optim.Adadelta,
    "RMSprop": torch.optim.RMSprop,
}
unfair = {
    name: [short_run(partial(kind, lr=0.001), seed=seed).last.valid_accuracy for seed in range(3)]
    for name, kind in RACERS.items()
}
plots.bars(unfair, xlabel="validation accuracy, all at a rate of 0.001")

# %% [markdown]
# Adadelta does not learn at all! That is no discovery about Adadelta. A rate of 0.001 just means something else to it: torch's
# own default for it is 1.0, a thousand times as much. So ask each of them with a range test, as lesson 03 does.

# %%
found = {}
for name, kind in RACERS.items():
    optimizer = kind(garden.tail.parameters(), lr=1e-3)
    batches = garden.batches(shuffle=True, seed=0)
    band = training.lr_finder.lr_band(garden.tail, batches, optimizer, repeats=4)
    found[name] = band.suggestion or 0.01
    print(f"{name:14s} {found[name]:.2g}")

# %% [markdown]
# About 1 for Adadelta, with the course's own pictures: the test finds the default on its own. RMSprop gets less than Adam, and you know why. Without the
# correction its `square` is far too small in the first steps, and the steps are far too long.
#
# ### The race, fairly
#
# Each at its own rate, twelve epochs, five seeds. (Adam lies behind AdamW in the second picture.)

# %%
fair = {
    name: [short_run(partial(kind, lr=found[name]), seed=seed) for seed in range(5)]
    for name, kind in RACERS.items()
}
accuracies = {name: [run.last.valid_accuracy for run in runs] for name, runs in fair.items()}
plots.bars(accuracies, xlabel="validation accuracy, each at its own rate")

# %%
plots.lines(
    {
        name: {k + 1: [run.epochs[k].valid_loss for run in runs] for k in range(12)}
        for name, runs in fair.items()
    },
    xlabel="epoch",
    ylabel="validation loss",
)

# %%
means = {name: 100 * statistics.mean(row) for name, row in accuracies.items()}
book.compare("schedule.points-between-optimizers", max(means.values()) - min(means.values()))

# %% [markdown]
# The dots overlap. On five fresh draws, three heads each (`python -m benchmarks.optimizers --seeds 5`, test pictures):
#
# | optimizer | found rate | all at 0.001 | each at its own | its own, one cycle |
# |---|---|---|---|---|
# | SGD, Nesterov | 0.0079 | 89.4 % | 93.1 % | 92.5 % |
# | Adam | 0.0056 | 92.4 % | 93.2 % | 93.2 % |
# | AdamW | 0.0056 | 92.4 % | 93.2 % | 93.2 % |
# | Adadelta | 0.93 | 7.6 % | 90.6 % | 92.1 % |
# | RMSprop | 0.0017 | 92.1 % | 91.7 % | 92.6 % |
#
# <!-- from benchmarks.optimizers; rows: SGD | Adam | AdamW | Adadelta | RMSprop;
# columns: rates/{}/0 | race/{}, same/test/0 | race/{}, found/test/0 | race/{}, one cycle/test/0 -->
#
# So why only Adam or SGD? Because they did it best here, by one to three points, and because everybody knows
# how to treat them. But each of the five does the job at a rate of its own, and what looked like a gulf was the rate. (Adam and
# AdamW differ in nothing that can be seen: a head that is trained so briefly hardly decays.)
#
# ### What a schedule adds
#
# The last column of the table is the race with one cycle. Adadelta gains in each of the five draws, 1.5 points on
# average, and RMSprop about one. SGD and Adam gain nothing. With that, all five lie within about a point: part of what set
# them apart was how restless they were at the end.
#
# Now yours, with SGD, at the rate that was found. Your prediction was about this:
#
# <!-- 1.5 = 100 * (optimizers[summary/race/Adadelta, one cycle/test/0] - optimizers[summary/race/Adadelta, found/test/0]) -->

# %%
sgd = RACERS["SGD, Nesterov"]
rate = found["SGD, Nesterov"]
annealed = [short_run(partial(sgd, lr=rate), cycling, seed=seed) for seed in range(5)]
gain = 100 * statistics.mean(run.last.valid_accuracy for run in annealed) - means["SGD, Nesterov"]
book.compare("schedule.points-for-the-head", gain)
entry = book.record(
    "04_schedules_and_optimizers",
    "head, one cycle",
    rate=rate,
    valid_accuracy=statistics.mean(run.last.valid_accuracy for run in annealed),
    valid_loss=statistics.mean(run.last.valid_loss for run in annealed),
)

# %% [markdown]
# Nothing, or less than nothing: a point or two on a single set of pictures is noise. A range test finds a rate that goes well
# when it is held constant, and the head has a single valley, in which nothing can be torn up. Now be bold: three, ten and thirty
# times that rate.

# %%
bold = {"constant rate": {}, "one cycle": {}}
for factor in (1, 3, 10, 30):
    for name, schedule in {"constant rate": None, "one cycle": cycling}.items():
        runs = [short_run(partial(sgd, lr=factor * rate), schedule, seed=s) for s in range(3)]
        bold[name][factor] = [run.last.valid_loss for run in runs]
plots.lines(
    bold, xlabel="peak rate, times the found one", ylabel="validation loss at the end", powers=True
)

# %% [markdown]
# There it is. A schedule **forgives**. Ten times too much is a bad constant rate and a decent peak. That is worth a lot
# when the range test is vague, or when several groups of weights share one schedule. The restarts, at those ten times, epoch
# by epoch:


# %%
def restarting(optimizer: torch.optim.Optimizer, steps: int) -> Follow:
    """Your cosine with restarts, three cycles."""
    lr = peak_of(optimizer)
    return Follow(optimizer, lambda step: cosine_restarts(step, lr, steps // 3))


high = partial(sgd, lr=10 * rate)
courses = {
    "constant rate": short_run(high),
    "restarts": short_run(high, restarting),
    "one cycle": short_run(high, cycling),
}
# The first epochs are off the scale.
plots.lines(
    {
        name: {row.epoch: [row.valid_loss] for row in run.epochs[2:]}
        for name, run in courses.items()
    },
    xlabel="epoch",
    ylabel="validation loss",
)

# %% [markdown]
# With the course's own pictures, every restart throws the loss back up, and every glide takes it lower than before. The
# constant rate never lands: it matters in which epoch you happen to stop. The same five draws, at ten times the found rate of SGD:
#
# | at ten times the found rate | validation loss | test accuracy | restless |
# |---|---|---|---|
# | constant | 0.57 | 90.1 % | 1.8 points |
# | step decay, by ten after each third | 0.58 | 90.3 % | 0.1 |
# | cosine | 0.48 | 90.9 % | 0.6 |
# | cosine with one restart | 0.39 | 90.8 % | 1.0 |
# | three triangles | 0.28 | 92.3 % | 1.3 |
# | one cycle | 0.23 | 92.3 % | 0.9 |
#
# <!-- from benchmarks.optimizers; rows: constant | steps | cosine | restarts | triangles | one cycle;
# columns: peaks/SGD x 10, {}/valid_loss/0 | peaks/SGD x 10, {}/test/0 | peaks/SGD x 10, {}/restless/0 -->
#
# *Restless* is how much the validation accuracy varies over the last five epochs (one standard deviation). Step decay is the
# calmest of all, and no better for it: its first third, at the full rate, did the damage, and what came after was too small to
# repair it. The two that begin low come out best. It is the rise again.
#
# Which schedule, then? With SGD at the found rate and at three times that, cosine, restarts, triangles and one cycle all
# ended between 92.5 and 93.2 %, and the constant rate did, too. Choose by what you have to fear: a high peak
# asks for a rise, restlessness for a fall. This course takes one cycle, because it has both, and its one number, the peak, is
# near to what a range test gives you.
#
# ## What goes wrong
#
# **The wrong order.** Ten batches, three epochs, step decay by ten after each. Once your loop, and once with the
# scheduler first. Torch warns about it, on a channel that is easily overlooked; here it is caught and shown.
#
# <!-- from benchmarks.optimizers: peaks/SGD x 1, */test/0 | peaks/SGD x 3, */test/0 -->


# %%
def tiny() -> tuple[torch.optim.Optimizer, lr_scheduler.LRScheduler]:
    """An optimizer for one weight, and step decay for it."""
    weight = nn.Parameter(torch.zeros(1))
    weight.grad = torch.zeros(1)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    return optimizer, lr_scheduler.LambdaLR(optimizer, lambda e: step_decay(e, 1, 1, 0.1))


right = steps_in_order(3, list(range(10)), lambda batch: None, *tiny(), "epoch")
trainer, planner = tiny()
wrong = []
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for _ in range(3):
        planner.step()
        for _ in range(10):
            wrong.append(trainer.param_groups[0]["lr"])
            trainer.step()
print("torch says:", str(caught[0].message).split(". ")[0] + ".")
plots.schedules({"your order": right, "scheduler first": wrong})

# %% [markdown]
# The first rate, the one you have chosen so carefully, was never used.
#
# **Batches counted as epochs.** The same step decay, *ten times less every four epochs*, stepped after each batch. And one
# cycle, made for 120 batches, stepped after each epoch. First the rates that were really used, then where the runs end.


# %%
def decaying(optimizer: torch.optim.Optimizer, steps: int) -> Follow:
    """Your step decay: ten times less after four."""
    lr = peak_of(optimizer)
    return Follow(optimizer, lambda epoch: step_decay(epoch, lr, 4, 0.1))


def used_rates(schedule: Callable, each: str) -> list[float]:
    """What your loop notes down in twelve epochs of ten batches."""
    only = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=rate)
    return steps_in_order(12, list(range(10)), lambda batch: None, only, schedule(only, 120), each)


MIXED = {
    "decay, per epoch": (decaying, "epoch"),
    "decay, per batch": (decaying, "batch"),
    "cycle, per batch": (cycling, "batch"),
    "cycle, per epoch": (cycling, "epoch"),
}
plots.schedules({name: used_rates(*how) for name, how in MIXED.items()})

# %%
mixed = {
    name: short_run(partial(sgd, lr=rate), schedule, each=each)
    for name, (schedule, each) in MIXED.items()
}
plots.training_curves(mixed)

# %% [markdown]
# Decay per batch freezes the run before the first epoch is over: flat lines, as if the rate were too small. It is. The cycle per
# epoch never comes to its peak: after twelve of its 120 steps the training ends. No error, no warning. **Draw the rates that
# are really used** before you train for hours.
#
# | symptom | likely cause | cure |
# |---|---|---|
# | the loss falls for some batches, and then everything stands still | a schedule for epochs, stepped per batch | step it at the end of the epoch; draw the rates |
# | one cycle, and the run looks like a rate that is too small | a schedule for batches, stepped per epoch | step it after each batch |
# | "Detected call of lr_scheduler.step() before optimizer.step()" | the order | optimizer, then scheduler |
# | "Tried to step 121 times" | the cycle was made for fewer steps than the training has | steps = epochs × batches, counting the last small batch |
# | optimizer A beats B by many points | both at one rate | each at its own, several seeds |
# | Adadelta does not learn | a rate meant for Adam | its rate is about 1 |
# | another momentum makes everything better or worse | the effective rate has changed too | correct the rate |
# | accuracy jumps from epoch to epoch, and the best epoch is chosen | a constant rate that never lands | let the rate fall, and take the last epoch |
# | unfrozen stages are destroyed in the first epochs, then recover slowly | a full rate on a fresh head and a constant rate to the end | one cycle, falling rates |
# | stages that join later stay at a rate of 0 or of their own | the scheduler does not know them | `training.join` of lesson 02 |
#
# ## Recap
#
# - Momentum adds up what points the same way, and cancels what swings. Its effective rate is `lr / (1 - momentum)`.
# - Adam divides by the size of the gradients: its rate is a length. Rates of different optimizers cannot be compared.
# - At rates of their own, optimizers lie within a few points. At one rate for all, they seem worlds apart.
# - A schedule adds nothing to SGD or Adam on a frozen backbone at the found rate. It forgives a rate that is too high, and for
#   unfrozen stages it decides: the rise at high rates, the fall at moderate ones.
# - Optimizer, then scheduler. Per batch or per epoch: know which, and draw it.
#
# Next: a custom head. Why only Linear and Dropout?

# %% [markdown]
# **Reflection schedule.reflection** · 2 points · read by a person
#
# A blog post says: "We compared SGD, Adam and Adadelta on our flowers, at the same learning rate for fairness. Adam won by five
# points, so we use it, at a constant rate, and keep the best epoch of each run." What would you change in that comparison, and
# in that training? Which of your changes do you expect to matter most, when only the head is trained, and when the last stages are
# unfrozen?

# %% [markdown] nbgrader={"grade": true, "grade_id": "schedule-reflection", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# *Marking scheme.* One point for the comparison: one rate for all is not fair, since a rate means something else to each optimizer
# (a length for Adam, a length per slope for SGD, about 1 for Adadelta); find each one's own, use several seeds, and show the spread;
# expect a gap of a point or two at most. One point for the training: anneal the rate and take the last epoch instead of picking the
# best of a restless run (which is optimistic, too, when it is picked on the pictures that are reported). For the head alone
# the found rate matters and the schedule adds nothing measurable; with unfrozen stages the schedule matters most.
