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
# # 00 · The wall
#
# *About 45 minutes. Everything runs on your own machine, in seconds, without a GPU or a network.*
#
# You take a network that knows ImageNet, freeze it, put a new classifier on top and train for
# 25 epochs. Training accuracy climbs to 100 %. Validation accuracy climbs, slows down, and stops
# at about 90 %. Train longer: 90 %. Another seed: 90 %, give or take.
#
# That is the wall. This course is about the other side of it. In this lesson you build the wall
# yourself and learn to measure it so well that, later, you can tell real progress from luck.
#
# **Afterwards you can**
# - measure a classifier's loss and accuracy without fooling yourself,
# - make a run repeatable, and say how much a second run would differ,
# - weigh classes when some have far fewer pictures than others,
# - say what kind of mistake is left at the wall.
#
# <!-- from benchmarks.climb: wall/train/mean | wall/valid/mean -->

# %%
import copy
import random
from collections.abc import Iterable

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from helpers import data, explore, models, plots, training
from helpers.checks import check

flowers = data.load()
book = training.Logbook.open()
print(flowers)

# %% [markdown]
# ## See it
#
# Meet the herbarium: sixteen species, and only about twenty photographs of each to learn from.
# That is the situation of the article: *a small data set, and targets unlike ImageNet's*.
#
# Every training picture was taken in a **garden**: upright, in even light.

# %%
plots.contact_sheet(flowers.train, rows=3, columns=8)

# %% [markdown]
# Every validation picture was taken in the **field**: turned, tilted, in all sorts of light, with a
# leaf in the way. The same species, met as you would meet them on a walk.

# %%
plots.contact_sheet(flowers.valid, rows=3, columns=8)

# %% [markdown]
# Relatives differ in one trait only: a notch in the petal, one petal more, a stripe, a shade of blue.
# The field guide shows what to look for. Can *you* tell the three *Cyanthe* apart?

# %%
data.field_guide()

# %% [markdown]
# ## Predict
#
# The network has never seen these flowers. We freeze all of it and train one linear layer on what it
# sees. Which fraction of the **field** pictures will it name correctly? With sixteen species, guessing
# gives 0.06.
#
# Change the number to your own guess before you run the cell. A prediction you wrote down is one you
# can learn from.
#
# <!-- 0.06 = 1 / 16 -->

# %%
my_guess = 0.75
book.predict("wall.validation-accuracy", my_guess)

# %% [markdown]
# ## Try it
#
# This widget retrains the classifier while you move a slider: a real network's features, real
# training, a fraction of a second. **Your goal: get validation past 92 % with these two sliders
# alone.** Give up when you are convinced, and keep in mind *how* it refuses.
#
# <details><summary>Reading without a kernel? This is what the widget shows.</summary>
#
# <img src="../static/wall.jpg" width="100%" alt="Two sliders, pictures per species and epochs, beside training and
# validation accuracy over epochs: training reaches 100 %, validation levels off below 92 %.">
#
# </details>

# %% tags=["widget"]
explore.wall(flowers)

# %% [markdown]
# ## Build it
#
# Four small tools. You will use them in every lesson, so they should be right.
#
# The network answers with **logits**: one score a class, any real number, the largest one wins.

# %%
logits = torch.tensor([[2.0, 0.1, -1.0], [0.3, 0.2, 0.1], [-2.0, 0.0, 4.0], [1.0, 3.0, 0.5]])
labels = torch.tensor([0, 1, 2, 1])
print("shape of the logits:", tuple(logits.shape), "= 4 pictures, 3 classes")

# %% [markdown]
# **Exercise wall.accuracy** · 2 points · easy · 5 minutes
#
# Return the fraction of pictures whose largest logit is that of the right class, as a Python
# `float` from 0 to 1. For the four pictures above it is 0.75.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# For each picture, find <em>where</em> its largest logit is. That place is the predicted class. Then count how
# often prediction and label agree, and divide by the number of pictures.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `Tensor.argmax(dim=...)`: think about which dimension holds the classes. `==` between tensors gives a tensor of
# booleans. `.item()` turns a tensor of one element into a Python number.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <code>hits = (place of the largest logit in each row) == labels</code>, then the mean of
# <code>hits.float()</code>, as a Python number.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-accuracy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accuracy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Fraction of pictures named correctly.

    logits: [pictures, classes], labels: [pictures]; returns a float from 0 to 1.
    """
    ### BEGIN SOLUTION
    predicted = logits.argmax(dim=1)
    return (predicted == labels).float().mean().item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "wall-accuracy", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("wall.accuracy", accuracy)

# %% [markdown]
# Accuracy alone hides a lot, so we also want the loss, and we want both for a whole data set, batch by
# batch. Four things go wrong here, quietly:
#
# 1. In **training mode** dropout is active and BatchNorm uses the batch's own statistics. Measuring wants
#    evaluation mode.
# 2. BatchNorm in training mode also *learns* from your validation pictures: its running statistics move.
# 3. Autograd keeps every intermediate result in case you call `backward()`. Measuring never does.
# 4. The last batch is smaller. The mean of batch means gives its pictures too much weight.
#
# **Exercise wall.evaluate** · 4 points · medium · 15 minutes
#
# Return `(loss, accuracy)` as two floats: the mean cross-entropy over all *pictures*, and the fraction that
# is right. Leave the model as you found it: each of its modules back in the mode it was in.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Keep three running totals: the sum of losses over pictures, the number of right ones, the number of pictures.
# Divide at the very end. Before the loop remember the mode of every module, and put it back afterwards.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `model.modules()` walks through every module, nested ones too; each has a boolean `training`.
# `model.eval()` · `torch.inference_mode()` (or `torch.no_grad()`) · `F.cross_entropy(..., reduction="sum")`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# remember {module: its training flag} for all modules
# switch to evaluation mode
# without autograd:
#     for images, labels in batches:
#         total_loss += summed cross-entropy; right += hits; pictures += batch size
# put every module's flag back
# divide both totals by the number of pictures
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-evaluate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def evaluate(
    model: nn.Module, batches: Iterable[tuple[torch.Tensor, torch.Tensor]]
) -> tuple[float, float]:
    """Mean cross-entropy and accuracy of `model` over all pictures in `batches`.

    batches: an iterable of (images, labels); returns (loss, accuracy), two floats.
    """
    ### BEGIN SOLUTION
    modes = {module: module.training for module in model.modules()}
    model.eval()
    total_loss, right, pictures = 0.0, 0, 0
    try:
        with torch.inference_mode():
            for images, labels in batches:
                logits = model(images)
                total_loss += F.cross_entropy(logits, labels, reduction="sum").item()
                right += (logits.argmax(dim=1) == labels).sum().item()
                pictures += len(labels)
    finally:
        for module, mode in modes.items():
            module.training = mode
    return total_loss / pictures, right / pictures
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "wall-evaluate", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("wall.evaluate", evaluate)

# %% [markdown]
# The new classifier starts from random numbers, batches come in random order, and later the pictures
# themselves will be changed at random. Three libraries roll the dice: Python, NumPy and torch. A
# `DataLoader` takes a generator of its own, so that its order does not depend on who else rolled before.
#
# **Exercise wall.seed_everything** · 2 points · easy · 5 minutes
#
# Seed Python's, NumPy's and torch's global generators, and return a *new* `torch.Generator` with the same seed,
# to be handed to a `DataLoader`.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Four lines: three libraries to seed, one generator to make.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `random.seed` · `np.random.seed` · `torch.manual_seed` · `torch.Generator` and its own `manual_seed`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# Seed the three with <code>seed</code>. <code>Generator.manual_seed</code> returns the generator itself, so the
# last line can make it, seed it and return it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-seed_everything", "locked": false, "schema_version": 3, "solution": true, "task": false}
def seed_everything(seed: int) -> torch.Generator:
    """Make what follows repeatable; returns a seeded generator for a DataLoader."""
    ### BEGIN SOLUTION
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "wall-seed_everything", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("wall.seed_everything", seed_everything)

# %% [markdown]
# Our herbarium is balanced. Yours, one day, will not be: nine hundred daisies and seven lilies. The loss is a
# mean over pictures, so the network hears about daisies most of the time. Class weights let every *class*
# speak equally loudly.
#
# **Exercise wall.class_weights** · 3 points · medium · 10 minutes
#
# Return one weight a class, as a float32 tensor (the type of the network's scores: the loss takes no other): inversely
# proportional to the number of pictures of that class, scaled so that the mean over the classes that are *present* is
# 1. A class without pictures gets 0.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Count the pictures of each class. Where the count is not zero, the weight is one over the count. Then scale.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `torch.bincount` has an argument for classes that do not occur at the end of the list. A boolean tensor such as
# `counts > 0` can be used as an index, for reading and for writing.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# counts, then present = where the count is above zero
# start from zeros; fill in one over the count, for present classes only
# divide by the mean of the weights of the present classes
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-class_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def class_weights(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Inverse-frequency weights, mean 1 over the classes present, 0 for an absent class.

    labels: [pictures], whole numbers; returns a float32 tensor [num_classes].
    """
    ### BEGIN SOLUTION
    counts = torch.bincount(labels, minlength=num_classes).float()
    present = counts > 0
    weights = torch.zeros(num_classes)
    weights[present] = 1 / counts[present]
    return weights / weights[present].mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "wall-class_weights", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("wall.class_weights", class_weights)

# %% [markdown]
# ## Measure it
#
# Now the wall itself, with your own tools. The backbone is EfficientNet-Lite0 with its ImageNet weights, all of
# it frozen. Only `fc`, the new linear layer, learns.

# %%
model = models.backbone(classes=len(flowers.classes), seed=0)
models.freeze_backbone(model)
for name, child in model.named_children():
    parameters = list(child.parameters())
    state = "learns" if any(p.requires_grad for p in parameters) else "frozen"
    count = sum(p.numel() for p in parameters)
    print(f"{name:10s} {count:>9,d} parameters  {state if parameters else ''}")

# %% [markdown]
# A frozen network sees the same thing in the same picture every time. So we show it each picture **once**, keep
# what it saw (`PrefixCache`), and train the classifier on that. Not an approximation: the numbers are the same, and an
# epoch is hundreds of times faster (`python -m benchmarks.cache` measures it). You will build on this trick
# throughout the course.

# %%
plain = data.plain_transform(model.config.size, model.config.mean, model.config.std)


def train_wall(seed: int) -> tuple[nn.Module, training.PrefixCache, training.History]:
    """Linear classifier on frozen features: 25 epochs of Adam, as in the article."""
    seed_everything(seed)
    model = models.freeze_backbone(models.backbone(classes=len(flowers.classes), seed=seed))
    garden = training.PrefixCache(model, flowers.train, plain)
    field = training.PrefixCache(model, flowers.valid, plain)
    history = training.fit(
        garden.tail,
        garden.batches(batch_size=32, shuffle=True, seed=seed),
        epochs=25,
        optimizer=torch.optim.Adam(garden.tail.parameters(), lr=1e-3),
        valid=field.batches(),
        progress=False,
    )
    return model, field, history


model, field, history = train_wall(seed=0)
loss, wall = evaluate(field.tail, field.batches())
print(f"training accuracy   {history.last.accuracy:.1%}")
print(f"validation accuracy {wall:.1%}, loss {loss:.3f}")
book.compare("wall.validation-accuracy", wall)

# %%
plots.training_curves(history, wall=wall)

# %% [markdown]
# The two curves part early. After that, every epoch teaches the classifier more about *these* garden pictures
# and nothing more about the species.
#
# How firm is the wall? Train it again with other seeds. Only the starting numbers and the order of the batches
# change.

# %%
walls = [train_wall(seed)[2].last.valid_accuracy for seed in range(5)]
standard_error = (wall * (1 - wall) / len(flowers.valid)) ** 0.5
print("five seeds:", "  ".join(f"{value:.1%}" for value in walls))
print(f"standard error of one accuracy on {len(flowers.valid)} pictures: {standard_error:.1%}")

# %% [markdown]
# Keep the second number in mind. With so few validation pictures, chance alone moves an accuracy by that much.
# **A difference smaller than two standard errors is not a discovery**, however nice it looks. The course repeats
# its own experiments over several seeds for the same reason.
#
# What is left beyond the wall? Look at what it confuses.

# %%
valid_logits, valid_labels = training.predict(field.tail, field.batches())
confusion = training.confusion_matrix(valid_logits, valid_labels)
plots.confusion(confusion, flowers.classes)

# %%
plots.look_alikes(flowers.valid, confusion, k=3)

# %% [markdown]
# These are not random errors: the classifier mixes up relatives, told apart by one trait. The frozen features were
# learnt for dogs, cups and lorries. They see *a daisy*; whether it has thirteen rays or twenty-one never mattered.
#
# Last, one look at the test pictures, and one line in your logbook. Every later lesson adds a line, and lesson 07
# draws the climb from them.

# %%
test = training.PrefixCache(model, flowers.test, plain)
test_loss, test_accuracy = evaluate(test.tail, test.batches())
book.record(
    "00_the_wall", "wall", valid_accuracy=wall, test_accuracy=test_accuracy, valid_loss=loss
)
print(f"test accuracy {test_accuracy:.1%} on {len(flowers.test)} pictures")

# %% [markdown]
# ### An unfair herbarium
#
# Does weighing the classes help? Take away all but three pictures of every second species.

# %%
rare = torch.arange(len(flowers.classes)) % 2 == 1


def indices_of(species: int) -> list[int]:
    """Where the training pictures of a species are."""
    return (flowers.train.labels == species).nonzero().flatten().tolist()


kept = [
    index
    for species in range(len(flowers.classes))
    for index in indices_of(species)[: 3 if rare[species] else None]
]
unfair = flowers.train.subset(kept)
weights = class_weights(unfair.labels, len(flowers.classes))
print(f"{len(unfair)} pictures; weights: common {weights[0]:.2f}, rare {weights[1]:.2f}")

# %% [markdown]
# Then train briefly, with your weights and without, over five seeds. Rare and common species are measured apart:
# one accuracy over everything would hide what happens to the rare ones.


# %%
def mean_over_species(
    weights: torch.Tensor | None, seed: int, epochs: int = 6
) -> tuple[float, float]:
    """Accuracy on rare and on common species after a short training on the unfair herbarium."""
    model = models.freeze_backbone(models.backbone(classes=len(flowers.classes), seed=seed))
    cache = training.PrefixCache(model, unfair, plain)
    training.fit(
        cache.tail,
        cache.batches(batch_size=16, shuffle=True, seed=seed),
        epochs=epochs,
        optimizer=torch.optim.Adam(cache.tail.parameters(), lr=1e-3),
        loss=nn.CrossEntropyLoss(weight=weights),
        progress=False,
    )
    matrix = training.confusion_matrix(*training.predict(cache.tail, field.batches())).float()
    recall = matrix.diagonal() / matrix.sum(dim=1).clamp(min=1)
    return recall[rare].mean().item(), recall[~rare].mean().item()


for name, value in {"unweighted": None, "weighted": weights}.items():
    results = torch.tensor([mean_over_species(value, seed) for seed in range(5)])
    rare_mean, common_mean = results.mean(dim=0).tolist()
    print(f"{name:11s} rare species {rare_mean:.1%}   common species {common_mean:.1%}")

# %% [markdown]
# The weights lift the rare species and cost the common ones next to nothing. They cannot replace the pictures that
# are missing, though: compare with the wall.
#
# ## What goes wrong
#
# The most expensive mistake of this lesson is one missing word: `eval`. Here is the same network on the same
# pictures, measured in both modes, in batches of eight as they come out of a folder: one species after the other.

# %%
pixels = data.batches(flowers.valid.with_transform(plain), batch_size=8)
careless = copy.deepcopy(model).train()


def accuracy_as_it_stands(network: nn.Module) -> float:
    """Accuracy in whatever mode the network is in: a loop that forgot `eval`."""
    with torch.inference_mode():
        hits = [network(images).argmax(dim=1) == labels for images, labels in pixels]
    return torch.cat(hits).float().mean().item()


print(f"evaluation mode                                {evaluate(model, pixels)[1]:.1%}")
print(f"training mode, eval() forgotten                {accuracy_as_it_stands(careless):.1%}")
print(f"evaluation mode again, statistics having moved {evaluate(careless, pixels)[1]:.1%}")

# %% [markdown]
# The first slip shows at once. The second stays: no weight has changed, nothing was trained, and yet the network
# is another one. Its BatchNorm layers learnt the statistics of the validation pictures while you "only measured".
#
# | symptom | likely cause | cure |
# |---|---|---|
# | validation accuracy depends on the batch size | training mode while measuring | `model.eval()` |
# | a model gets worse from being measured | BatchNorm statistics moved | measure in evaluation mode; reload |
# | memory grows from batch to batch | `loss` kept with its graph | `torch.inference_mode()`, `.item()` |
# | the loss changes when only the batch size does | mean of batch means | sum over pictures, divide once |
# | two equal runs differ | one generator was not seeded | `seed_everything`, `generator=` |
# | the test accuracy is better than everyone else's | you looked at it to choose | choose on validation, test once |
#
# ## Recap
#
# - A frozen backbone with a linear layer gets far, fast, and stops at the wall. More epochs do not help: training
#   accuracy is already at its end.
# - The gap is between garden and field, and between relatives. That is what the next lessons work on: other
#   *pictures* (01), other *features* (02), better *steps* (03, 04), another *head* (05), restraint (06).
# - Measure in evaluation mode, over pictures, without a graph; say the seed and the standard error.
#
# Next: [01 · Data augmentation](../01_augmentation/01_augmentation.ipynb)

# %% [markdown]
# **Reflection wall.reflection** · 2 points · read by a person
#
# In three to five sentences: your classifier names every training picture correctly and one field picture in ten
# wrongly. What has it learnt, and what has it not? Use one pair of species from the confusion matrix. Then say how
# large an improvement you would want to see in the next lesson before you believe it, and why.

# %% [markdown] nbgrader={"grade": true, "grade_id": "wall-reflection", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# *Marking scheme.* One point: the answer says that the classifier separates these particular training pictures (it
# can, with 1280 features for 320 pictures), not the species as such, and ties that to a pair that differs in
# one trait, or to the pose and light of field pictures. One point: a threshold that follows from the standard error
# of the validation accuracy (about two of them) or from the spread over seeds, with the reason.
