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
# # 05 · A head of your own
#
# *About 60 minutes. Everything runs on your own machine, in seconds, without a GPU or a network.*
#
# So far the end of your network was a single linear layer. The article asks: *many would stick with the conventional
# Linear and Dropout layers. Could we add some different layers?* Yes, it says, and gives a class, `ClassifierNew`: two kinds of
# pooling, BatchNorm, Dropout and two Linear layers.
#
# In this lesson you build that head from its parts, put it on any network, and ask of each part what it is for. Some
# answers you will find in the accuracy. More of them are elsewhere.
#
# **Afterwards you can**
# - say what average and maximum pooling each see, and count what pooling saves,
# - build the article's head, and put it on a ResNet, a DenseNet or an EfficientNet,
# - tell by the loss alone that somebody put a softmax before it,
# - explain why a head fails on a single picture, or in the field only, and cure both.

# %%
import copy
import math
import statistics
from collections.abc import Callable

import torch
import torchvision
from torch import nn
from torch.nn import functional as F

from helpers import data, explore, models, plots, training
from helpers.checks import check
from helpers.explore.pooled import Pooled

flowers = data.load()
classes = len(flowers.classes)
book = training.Logbook.open()
model = models.freeze_backbone(models.backbone(classes=classes, seed=0))
config = model.config
plain = data.plain_transform(config.size, config.mean, config.std)
print(f"{config.name}: {config.width} features reach the head, {classes} classes leave it")

# %% [markdown]
# ## See it
#
# What does a head get to see? The last convolution of the backbone gives one small picture for each of its channels: a
# **feature map**. It is bright where the picture has what the channel looks for. Take two flowers, and stop the network just
# before it pools.

# %%
links = models.chain(model)
before_pooling = [name for name, _ in links].index("<flatten>") - 1
body = nn.Sequential(*[part for _, part in links[:before_pooling]]).eval()
pair = [int((flowers.valid.labels == label).nonzero()[0]) for label in (0, 1)]
photographs = {flowers.classes[flowers.valid.labels[i]]: flowers.valid.picture(i) for i in pair}
with torch.no_grad():
    maps = body(torch.stack([plain(photograph) for photograph in photographs.values()]))
print(f"feature maps {list(maps.shape)}: {maps[0].numel():,d} numbers a picture")

# %% [markdown]
# A head for so many numbers would be huge, and would have to learn everything anew for each place where a petal can be.
# **Pooling** leaves one number of each map. Which one? The average tells *how much* of it there is, the maximum how clearly
# it is there *anywhere*. Here are two channels in which these two flowers differ by the maximum, and two in which they differ by
# the average.


# %%
def apart(values: torch.Tensor) -> torch.Tensor:
    """How far the two pictures are apart in each channel: 0 the same, 1 in only one of them."""
    return (values[0] - values[1]).abs() / values.abs().sum(0).clamp_min(1e-6)


average, maximum = maps.mean((2, 3)), maps.amax((2, 3))
strong = average.sum(0) > average.sum(0).median()
by_maximum = (apart(maximum) - 2 * apart(average)).where(strong, torch.tensor(-9.0))
by_average = (apart(average) - 2 * apart(maximum)).where(strong, torch.tensor(-9.0))
chosen = [*by_maximum.topk(2).indices.tolist(), *by_average.topk(2).indices.tolist()]
plots.feature_maps(photographs, maps, chosen)

# %% [markdown]
# Each of the two is blind to what the other sees. Hence the article's idea: hand over both.
#
# ## Predict
#
# Four questions. Change the values before you run the cells; nobody grades them.
#
# The article's head on DenseNet-161 gets 2,208 maps of 7 × 7. Suppose you skipped the pooling, flattened the maps and went into
# a layer of the same 1,024 features. How many times as many numbers would that head have to train?

# %%
my_factor = 2.0
book.predict("head.flattened-to-pooled", my_factor)

# %% [markdown]
# A head of your own against the plain linear layer, each at its best rate: what do you win in the field? `0.02` is two points.

# %%
my_gain = 0.02
book.predict("head.gain", my_gain)

# %% [markdown]
# Somebody ends the head with a **softmax**, which turns logits into probabilities (positive numbers with the sum 1), and trains
# it with `F.cross_entropy`. To which value can the loss fall, at the very best?

# %%
my_floor = 0.0
book.predict("head.floor-behind-a-softmax", my_floor)

# %% [markdown]
# And if you train the whole head *without* augmentation: by how much is it ahead of the linear layer then? A negative
# number if it is behind.

# %%
my_lead = 0.02
book.predict("head.lead-without-augmentation", my_lead)

# %% [markdown]
# ## Try it
#
# The parts as switches. At each touch, a real head is trained. The first time, the pictures have to go through the frozen
# backbone; that takes about half a minute. **Your goal is on the widget.**
#
# <details><summary>Reading without a kernel? This is what the widget shows.</summary>
#
# <img src="../static/head.jpg" width="100%" alt="A stack of layers from the feature maps to the classes, each with its shape and
# the numbers it trains, beside the losses of the head that was just trained and the accuracies of all heads so far.">
#
# </details>

# %% tags=["widget"]
explore.head(flowers)

# %% [markdown]
# ## Build it
#
# ### Two ways to pool
#
# **Exercise head.ConcatPool** · 1 point · easy · 5 minutes
#
# A module without parameters. Feature maps [B, C, H, W] go in, of any height and width. Out comes [B, 2C, 1, 1]: the average
# of every map first, then the maximum of every map, in the article's order.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Pool the same maps twice, and put the results behind one another along the channels.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# <code>nn.AdaptiveAvgPool2d</code> and <code>nn.AdaptiveMaxPool2d</code> take the size of what comes out.
# <code>torch.cat</code> joins tensors along a dimension. Channels are dimension 1.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# averages: the maps, averaged down to one pixel
# maxima: the maps, their largest value in one pixel
# return both, joined along the channels, averages first
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-ConcatPool", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ConcatPool(nn.Module):
    """Average and maximum of every channel: [B, C, H, W] -> [B, 2C, 1, 1]."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        averages = F.adaptive_avg_pool2d(maps, 1)
        maxima = F.adaptive_max_pool2d(maps, 1)
        return torch.cat([averages, maxima], dim=1)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "head-ConcatPool", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("head.ConcatPool", ConcatPool)

# %% [markdown]
# ### What it costs
#
# A head has to be learnt from the pictures you have, so it matters how many numbers it has.
#
# **Exercise head.count_parameters** · 1 point · easy · 5 minutes
#
# How many numbers of this module can be *trained*? Frozen ones do not count, neither do buffers such as the running
# statistics of a BatchNorm. A weight that two layers share counts once.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Go through everything that is a parameter, ask each whether it is to be trained, and add up how many numbers it holds.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# <code>module.parameters()</code> gives every parameter once, shared ones too, and no buffers.
# <code>requires_grad</code>, <code>Tensor.numel()</code>.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# The sum of the sizes of those parameters that want a gradient.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-count_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_parameters(module: nn.Module) -> int:
    """How many numbers of this module can be trained."""
    ### BEGIN SOLUTION
    return sum(weight.numel() for weight in module.parameters() if weight.requires_grad)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "head-count_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("head.count_parameters", count_parameters)

# %% [markdown]
# ### The article's head
#
# **Exercise head.make_head** · 3 points · medium · 15 minutes
#
# The article's `ClassifierNew`. Feature maps [B, in_features, H, W] go in, **logits** [B, classes] come out: one number a class,
# no softmax. In this order:
#
# - average and maximum pooling, flattened to [B, 2 × in_features],
# - BatchNorm1d, Dropout, Linear to `hidden` features (the **hidden layer**), ReLU,
# - BatchNorm1d, Dropout, Linear to `classes`.
#
# The article flattens with `input.view(...)`. You may not always get away with that: `nn.Flatten` is the safe way, and *What
# goes wrong* shows why.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Nine parts in a row, each taking what the one before gives. After the pooling there are twice as many features.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# <code>nn.Sequential</code> with your <code>ConcatPool()</code>, <code>nn.Flatten()</code>, <code>nn.BatchNorm1d(features)</code>,
# <code>nn.Dropout(probability)</code>, <code>nn.Linear(from, to)</code>, <code>nn.ReLU()</code>.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# pool both ways, flatten                       2 × in_features
# norm, dropout, linear, relu                   2 × in_features -> hidden
# norm, dropout, linear                         hidden -> classes
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-make_head", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_head(
    in_features: int = 2208, hidden: int = 1024, classes: int = 102, dropout: float = 0.35
) -> nn.Module:
    """The article's ClassifierNew: feature maps [B, in_features, H, W] -> logits [B, classes]."""
    ### BEGIN SOLUTION
    pooled = 2 * in_features
    return nn.Sequential(
        ConcatPool(),
        nn.Flatten(),
        nn.BatchNorm1d(pooled),
        nn.Dropout(dropout),
        nn.Linear(pooled, hidden),
        nn.ReLU(),
        nn.BatchNorm1d(hidden),
        nn.Dropout(dropout),
        nn.Linear(hidden, classes),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "head-make_head", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("head.make_head", make_head)

# %% [markdown]
# Why 2208? It is the number of maps that DenseNet-161 ends with. On the device `"meta"` a network has shapes but no numbers, so
# looking at the giant costs nothing.

# %%
with torch.device("meta"):
    densenet = torchvision.models.densenet161(weights=None)
    pooled_head = make_head()
    flat_head = nn.Sequential(
        nn.Flatten(), nn.Linear(2208 * 7 * 7, 1024), nn.ReLU(), nn.Linear(1024, 102)
    )
print(f"DenseNet-161 ends with {densenet.features[-1].num_features:,d} maps")
print(f"the whole DenseNet-161       {count_parameters(densenet):11,d}")
print(f"the article's head           {count_parameters(pooled_head):11,d}")
print(f"flattened, no pooling        {count_parameters(flat_head):11,d}")
book.compare(
    "head.flattened-to-pooled", count_parameters(flat_head) / count_parameters(pooled_head)
)

# %% [markdown]
# This is what the article means by *effectively reduce the number of linear layers we need*: with flattened maps, the head would
# be several times the size of the network that it sits on. It would also take pictures of one size only. A pooled head takes any.
#
# The same on the network of this course, with a hidden layer of 256, as there are few pictures to learn from:

# %%
width, side = maps.shape[1], tuple(maps.shape[2:])
ours = make_head(width, 256, classes, 0.35)
flat = nn.Linear(maps[0].numel(), 256)
print(f"maps {width} × {side[0]} × {side[1]}")
print(f"a linear layer on the average   {count_parameters(nn.Linear(width, classes)):9,d}")
print(f"your head                       {count_parameters(ours):9,d}")
print(f"first layer alone, flattened    {count_parameters(flat):9,d}")

# %% [markdown]
# ### On any network
#
# Your head wants maps. Most networks pool by themselves, in a place of their own, and give their last layer what is left.
#
# **Exercise head.replace_head** · 3 points · hard · 15 minutes
#
# Return a model that takes pictures [B, 3, H, W] and gives `head(feature maps)`. It may be the same model changed, or a new one
# around the same backbone. It has to work for the three kinds of network that you will meet:
#
# | network | what happens in its `forward` |
# |---|---|
# | ResNet, and `lite0` of this course | ..., `avgpool`, flatten, `fc` |
# | EfficientNet | `features`, `avgpool`, flatten, `classifier` |
# | DenseNet | `features`, then `F.relu` and `F.adaptive_avg_pool2d`, which are no modules, flatten, `classifier` |
#
# The head goes in itself, not as a copy. It sees maps [B, C, H, W] before any pooling, and DenseNet's ReLU stays. The weights
# and buffers of the backbone are the same tensors as before, with the same values. The parameters of the old last layer are
# gone.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Where the pooling is a module, something else may stand in its place, and what comes after it may do nothing. Where it is
# no module, build a new row of parts around <code>features</code>.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# <code>nn.Identity</code> gives back what it gets, and flattening [B, classes] changes nothing. <code>hasattr</code> tells whether a
# model has an <code>avgpool</code>, an <code>fc</code>. <code>nn.Sequential</code>, <code>nn.ReLU</code>.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# has the model an avgpool?
#     the head takes its place
#     nothing (an identity) takes the place of fc, or of classifier
#     return the model
# otherwise: a row of its features, a ReLU, the head
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-replace_head", "locked": false, "schema_version": 3, "solution": true, "task": false}
def replace_head(model: nn.Module, head: nn.Module) -> nn.Module:
    """A model that gives head(feature maps) around the same backbone."""
    ### BEGIN SOLUTION
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "head-replace_head", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("head.replace_head", replace_head)

# %%
network = replace_head(copy.deepcopy(model), ours).eval()
with torch.no_grad():
    logits = network(torch.stack([plain(photograph) for photograph in photographs.values()]))
    print(f"pictures in, logits {list(logits.shape)} out;", end=" ")
    print(
        f"the same as your head on the maps: {torch.allclose(logits, ours.eval()(maps), atol=1e-3)}"
    )

# %% [markdown]
# ## Measure it
#
# The backbone is frozen, so what it says is computed once. The widget has done that already, and stored the average and the
# maximum of each map, for four changed views of each garden picture. A head that pools both ways asks for nothing else. So to
# train yours, it is enough to give it the smallest map with that average `a` and that maximum `m`: two pixels, `m` and `2a - m`.

# %%
said = Pooled(flowers, None)


def tiny_maps(values: torch.Tensor) -> torch.Tensor:
    """Averages and maxima [..., 2C] as maps of two pixels that have them [..., C, 1, 2]."""
    a, m = values.chunk(2, dim=-1)
    return torch.stack([m, 2 * a - m], dim=-1).unsqueeze(-2)


garden = tiny_maps(said.train.values)
garden_plain = tiny_maps(said.plain.values)
meadow = tiny_maps(said.valid.values)
print(f"garden {list(garden.shape)}: pictures, views, maps, height, width")
kept = torch.allclose(ConcatPool()(meadow).flatten(1), said.valid.values, atol=1e-4)
print(f"average and maximum are kept: {kept}")


# %%
def train(
    build: Callable[[], nn.Module],
    lr: float,
    pictures: torch.Tensor = garden,
    labels: torch.Tensor = said.train.labels,
    epochs: int = 12,
    seed: int = 0,
) -> tuple[training.History, nn.Module]:
    """Train a fresh head with AdamW at a constant rate: its history, and the head."""
    training.seed_everything(seed)
    head = build()
    order = training.views.Order(len(labels), pictures.shape[1], shuffle=True, seed=seed)
    batches = training.views.EpochBatches(order, 32, labels, lambda i, view: pictures[i, view])
    optimizer = torch.optim.AdamW(head.parameters(), lr=lr, weight_decay=0.0, fused=True)
    valid = [(meadow, said.valid.labels)]
    history = training.fit(
        head, batches, epochs=epochs, optimizer=optimizer, valid=valid, progress=False
    )
    return history, head


def linear() -> nn.Module:
    """What the course has used so far: the average of each map, one Linear."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, classes))


def both_pools() -> nn.Module:
    """One Linear on average and maximum."""
    return nn.Sequential(ConcatPool(), nn.Flatten(), nn.Linear(2 * width, classes))


def both_pools_norm() -> nn.Module:
    """The same behind a BatchNorm."""
    norm = nn.BatchNorm1d(2 * width)
    return nn.Sequential(ConcatPool(), nn.Flatten(), norm, nn.Linear(2 * width, classes))


def whole() -> nn.Module:
    """Your whole head."""
    return make_head(width, 256, classes, 0.35)


heads = {
    "linear": linear,
    "both pools": both_pools,
    "both, norm": both_pools_norm,
    "whole": whole,
}

# %% [markdown]
# ### One part more each time
#
# Four heads, four rates, twelve epochs. To compare heads at *one* rate would only tell you whose rate it was: each has to be
# measured at its own. One run each: a few points more or less mean nothing here.

# %%
rates = (0.0001, 0.001, 0.01, 0.1)
runs = {(name, lr): train(build, lr)[0] for name, build in heads.items() for lr in rates}
scores = {name: {lr: [runs[name, lr].last.valid_accuracy] for lr in rates} for name in heads}
plots.lines(scores, xlabel="learning rate", ylabel="validation accuracy", powers=True)

# %%
for name in heads:
    lr = max(rates, key=lambda lr, name=name: scores[name][lr])
    last = runs[name, lr].last
    print(
        f"{name:12s} best at {lr:g}: {last.valid_accuracy:.1%}, validation loss {last.valid_loss:.2f}"
    )
    book.record(
        "05_custom_head",
        name,
        rate=lr,
        valid_accuracy=last.valid_accuracy,
        valid_loss=last.valid_loss,
    )
highest = {name: max(scores[name].values())[0] for name in heads}
book.compare("head.gain", highest["whole"] - highest["linear"])

# %% [markdown]
# That was one set of pictures. Here are five, each a fresh draw of the herbarium, with accuracies on the test pictures
# of each (`python -m benchmarks.head --seeds 5`):
#
# | head | 0.0001 | 0.001 | 0.01 | 0.1 | its best of seven rates (lowest to highest draw) |
# |---|---|---|---|---|---|
# | linear | 72.0 % | 92.2 % | 92.8 % | 88.1 % | 92.8 % (92.0 to 93.9) at 0.01 |
# | both pools | 83.9 % | 92.2 % | 88.8 % | 88.0 % | 92.2 % (91.2 to 93.8) at 0.001 |
# | both pools, norm | 82.9 % | 93.0 % | 89.1 % | 85.7 % | 93.0 % (91.4 to 95.0) at 0.001 |
# | the whole head | 87.9 % | 92.5 % | 90.1 % | 83.1 % | 92.5 % (91.2 to 93.3) at 0.001 |
#
# <!-- from benchmarks.head; rows: linear | both pools | both pools, norm | whole;
# columns: {} at 0.0001/test/mean | {} at 0.001/test/mean | {} at 0.01/test/mean | {} at 0.1/test/mean | {} at */test/* -->
#
# Plainly: **on these pictures, no head climbs measurably higher than the linear one.** The best numbers lie within a point of
# each other, closer than one draw is to the next. What the article's head changes here is *where* the good rates are. It learns
# faster, so it is good at smaller rates, and spoiled at larger ones. Compare a new head at the old head's rate, and you measure
# the rate.
#
# Is it no good, then? Each part has a job, and shows when there is work for it.
#
# ### A job for the norm
#
# Take the two BatchNorms out of the whole head, and raise the rate.


# %%
def without(kind: type[nn.Module]) -> Callable[[], nn.Module]:
    """The whole head, with nothing in the places of one kind of layer."""

    def build() -> nn.Module:
        head = whole()
        for name, module in list(head.named_modules()):
            if isinstance(module, kind):
                head.set_submodule(name, nn.Identity())
        return head

    return build


no_norms = without(nn.BatchNorm1d)
norm_runs = {
    "whole, rate 0.001": runs["whole", 0.001],
    "whole, rate 0.03": train(whole, 0.03)[0],
    "no norms, rate 0.001": train(no_norms, 0.001)[0],
    "no norms, rate 0.03": train(no_norms, 0.03)[0],
}
plots.lines(
    {
        name: {row.epoch: [row.valid_accuracy] for row in history.epochs}
        for name, history in norm_runs.items()
    },
    xlabel="epoch",
    ylabel="validation accuracy",
)

# %% [markdown]
# A hidden layer makes a head fragile: too large a step, and its features are off for good. With norms it forgives. Over the
# five draws, at 0.001 and at 0.03:
#
# | head | 0.001 | 0.03 |
# |---|---|---|
# | whole | 92.5 % | 88.0 % |
# | whole, without norms | 90.2 % | 40.5 % |
# | linear, which has no hidden layer | 92.2 % | 90.2 % |
#
# <!-- from benchmarks.head; rows: whole | whole, no norms | linear;
# columns: {} at 0.001/test/mean | {} at 0.03/test/mean -->
#
# So two Linear layers in a row should have norms before them. A single one does well without.
#
# ### A job for Dropout
#
# Dropout hides features at random, so that no single one can be relied on. That makes learning *by heart* harder, which
# matters when some of what is to be learnt is wrong. Give three labels in ten to another class.

# %%
labels = training.wrong_labels(said.train.labels, 0.3, classes, seed=0)
dropout_runs = {
    f"dropout {p:g}": train(lambda p=p: make_head(width, 256, classes, p), 0.001, labels=labels)[0]
    for p in (0.0, 0.35, 0.6)
}
dropout_runs["linear"] = train(linear, 0.001, labels=labels)[0]
plots.training_curves(dropout_runs)

# %% [markdown]
# With the course's own pictures and without dropout, the field first gets better, and then worse while the wrong labels are
# learnt by heart: the training accuracy, dashed, counts them as right. The more dropout, the less of that. Over the five draws, with 25 epochs, twice the
# time to learn by heart:
#
# | head | with three labels in ten wrong |
# |---|---|
# | whole, dropout 0 | 68.1 % |
# | whole, dropout 0.35 | 72.0 % |
# | whole, dropout 0.6 | 79.3 % |
# | linear | 79.5 % |
#
# <!-- from benchmarks.head; rows: whole, dropout 0 | whole, dropout 0.35 | whole, dropout 0.6 | linear;
# columns: 30 % wrong: {}/test/mean -->
#
# Dropout undoes the harm that the hidden layer does: with thirty times as many numbers, it is easier to learn by heart. With
# right labels it made no difference (92.9 % without, 92.5 % with). For three hundred pictures the linear head was
# the right size all along. The article had some 6,500, and 102 classes; that a larger head pays there is a fair guess, and
# you have the tools to measure it.
#
# ## What goes wrong
#
# ### A softmax before the loss
#
# `F.cross_entropy` takes logits, and applies the softmax by itself. If the head has already done so, it is done twice. No
# error, no warning. Watch the training loss.
#
# <!-- from benchmarks.head: whole, no dropout at 0.001/test/mean | whole at 0.001/test/mean -->

# %%
double = train(lambda: nn.Sequential(whole(), nn.Softmax(dim=1)), 0.001)[0]
logit_run = runs["whole", 0.001]
floor = math.log(1 + (classes - 1) / math.e)
plots.lines(
    {
        "softmax": {row.epoch: [row.loss] for row in double.epochs},
        "logits": {row.epoch: [row.loss] for row in logit_run.epochs},
    },
    xlabel="epoch",
    ylabel="training loss",
    reference=floor,
)

# %%
for name, history in {"softmax": double, "logits": logit_run}.items():
    row = history.last
    print(f"{name:8s} training loss {row.loss:.3f}, validation accuracy {row.valid_accuracy:.1%}")
book.compare("head.floor-behind-a-softmax", floor)

# %% [markdown]
# The dashed line is the floor. The best that a softmax can say is 1 for the right class and 0 for the others. The loss takes
# that for logits: a share of e / (e + C - 1) for the right one, among C classes. Its logarithm, without the sign, is
# `ln(1 + (C - 1) / e)`: 1.875 for sixteen classes, and 3.64 for the article's 102. A loss that comes to rest there is
# a softmax before it, almost for certain.
#
# The accuracy need not tell you. Over the five draws the whole head had 93.1 % behind its softmax and 92.5 % without, which
# is no difference; the linear head 91.3 % and 92.2 %. But what the loss takes for the network's probabilities is never sure
# of anything, and a loss is of no use for a range test or for stopping early when most of it is floor.
#
# ### A batch of one
#
# In training, a BatchNorm subtracts the mean of the batch. In a batch of one, that leaves nothing.
#
# <!-- 1.875 = log(1 + (16 - 1) / e) -->
# <!-- 3.64 = log(1 + (102 - 1) / e) -->
# <!-- from benchmarks.head: softmax: */test/mean | whole at 0.001/test/mean | linear at 0.001/test/mean -->

# %%
head = whole().train()
try:
    head(maps[:1])
except ValueError as error:
    print(error)
print("in evaluation mode:", list(head.eval()(maps[:1]).shape))

# %% [markdown]
# It comes in two ways. *When predicting a single picture*: you forgot `model.eval()`. *At the end of the first epoch*: the last batch
# happens to have one picture, as with 321 of them in batches of 32. Cure: `DataLoader(..., drop_last=True)`; `training.fit` leaves out such a
# batch by itself.
#
# ### A norm that has never seen the field
#
# Now your fourth prediction. Train without augmentation: the head sees the garden only, and is judged in the field. The whole
# head as it is; with a larger `eps` in its norms, a small number that is explained below; and the linear one.


# %%
def with_eps(eps: float) -> Callable[[], nn.Module]:
    """The whole head with another eps in its norms."""

    def build() -> nn.Module:
        head = whole()
        for module in head.modules():
            if models.is_batchnorm(module):
                module.eps = eps
        return head

    return build


cases = {"eps 1e-5, the default": with_eps(1e-5), "eps 1e-2": with_eps(1e-2), "linear": linear}
shift_scores = {
    name: [train(build, 0.001, garden_plain, seed=seed)[0].last.valid_accuracy for seed in (0, 1)]
    for name, build in cases.items()
}
plots.bars(shift_scores, xlabel="validation accuracy, trained without augmentation")

# %%
book.compare(
    "head.lead-without-augmentation",
    statistics.mean(shift_scores["eps 1e-5, the default"])
    - statistics.mean(shift_scores["linear"]),
)

# %% [markdown]
# Over the five draws: linear 86.8 %, the whole head 73.7 % with the default and 85.0 % with `eps=1e-2`; a single Linear behind
# a norm 72.5 % and 83.1 %. The training loss gives no sign of it: it falls to almost nothing either way. What happens?
#
# A BatchNorm divides each feature by its spread in training, `sqrt(variance + eps)`. The course's garden has channels that
# hardly vary. Dividing by next to nothing makes them huge as soon as the field does something with them.
# (In the garden itself, a feature is about 1 in size.)
#
# <!-- from benchmarks.head: not augmented*/test/mean -->

# %%
features = ConcatPool()(garden_plain[:, 0]).flatten(1)
in_field = ConcatPool()(meadow).flatten(1)
variance, centre = features.var(0), features.mean(0)
for eps in (1e-5, 1e-2):
    size = ((in_field - centre) / (variance + eps).sqrt()).abs()
    largest = size.amax(1)
    print(f"eps {eps:g}: a field picture's largest feature, middle {largest.median():,.0f}", end="")
    print(f", most {largest.max():,.0f}")

# %% [markdown]
# A larger `eps` keeps such channels small. Augmentation is the better cure, as it makes them vary: with it, the
# same head with the same `eps` reached the 92.5 % of the table above. The library's own `models.concat_head` uses 1e-2.
#
# ### `.view` on the wrong memory
#
# Fast convolutions keep the channels of a pixel next to each other in memory (*channels last*), and so do the maps of this
# course. A `view` can only relabel memory, never move it:
#
# <!-- from benchmarks.head: whole at 0.001/test/mean -->

# %%
as_computed = maps.contiguous(memory_format=torch.channels_last)
try:
    as_computed.view(len(as_computed), -1)
except RuntimeError as error:
    print(str(error).splitlines()[0])
print("flatten:", list(as_computed.flatten(1).shape))

# %% [markdown]
# The article's own `Flatten` comes after the pooling, where each map is a single pixel, and there it happens to work. Before
# the pooling it does not.
#
# ### Dropout has two modes
#
# The same eight features, four times in training and twice in evaluation:

# %%
training.seed_everything(8)
drop, ones = nn.Dropout(0.35), torch.ones(8)
for mode in (True, False):
    drop.train(mode)
    print("training" if mode else "evaluation")
    for _ in range(4 if mode else 2):
        print("   ", " ".join(f"{value:4.2f}" for value in drop(ones).tolist()))

# %% [markdown]
# In training about a third is missing, and the rest is larger by 1 / (1 - 0.35), so that the sum stays the same on average.
# In evaluation nothing happens. A network that answers differently each time it is asked has been left in training mode.
#
# | symptom | likely cause | cure |
# |---|---|---|
# | the training loss comes to rest at `ln(1 + (C - 1) / e)` | a softmax before the loss | give logits |
# | *Expected more than 1 value per channel* | a batch of one in training mode | `eval()` to predict, `drop_last` to train |
# | training is perfect, the field is far below a linear head | BatchNorm1d blows up channels that hardly varied | augmentation; `eps=1e-2` |
# | *view size is not compatible* | channels last | `flatten` |
# | another answer each time | Dropout in training mode | `eval()` |
# | the new head is worse than the old one | the old one's rate | a range test for each |
# | a loss that rises or stays at `ln C` with a hidden layer | no norms, too large a rate | norms; a smaller rate |
# | shapes do not fit at another picture size | flattened instead of pooled | pool |
#
# ## Recap
#
# - Average: how much. Maximum: how clearly, anywhere. Both cost nothing to compute, and save most of the head.
# - The article's head is nine parts in a row, and logits at the end.
# - On few pictures it reaches what a linear head reaches, at smaller rates. Norms make a hidden layer forgiving, Dropout
#   makes it forget wrong labels. Where there is no hidden layer, there is little for them to do.
# - Losses have floors. Modes matter. A head that is perfect in the garden proves nothing.
#
# Next: weight decay, the other way to keep a large head from learning by heart.

# %% [markdown]
# **Reflection head.reflection** · 2 points · read by a person
#
# A colleague has put the article's head on a network for 102 species, trained it without augmentation, and ended it with
# `nn.Softmax`. The training loss comes to rest at 3.65 and the validation accuracy is below that of a plain linear layer. In
# a web service that sends one picture at a time, the network fails with an error. Her plan: a third Linear layer of 4,096
# features. What do you tell her about each of the symptoms, what would you change first, and how would you find out whether
# the larger head is worth it?

# %% [markdown] nbgrader={"grade": true, "grade_id": "head-reflection", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# *Marking scheme.* One point for the causes: 3.65 is the floor behind a softmax, ln(1 + 101/e) = 3.64, so drop it and give
# logits; the error is BatchNorm1d with a batch of one in training mode, so call `eval()`; below the linear head without
# augmentation, because the norms blow up channels that hardly vary (augmentation first, or a larger eps). Two of the
# three are enough. One point for the plan: a larger head cures none of these and learns more by heart; cure the causes
# first, then compare heads each at its own rate, on validation pictures, over several seeds or draws, with the linear head
# beside them.
