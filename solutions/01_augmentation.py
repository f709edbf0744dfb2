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
# # 01 · Data augmentation
#
# *About 50 minutes. Everything runs on your own machine, in seconds, without a GPU or a network.*
#
# The wall stands between garden and field: the classifier knows twenty upright, evenly lit photographs of each
# species, and then meets them turned, tilted and in the shade. You cannot take more photographs. You can change
# the ones you have.
#
# The article asks two questions: *Am I doing enough? Am I doing too much?* By the end of this lesson you answer
# both with a number.
#
# **Afterwards you can**
# - write the training transform of the article, and the validation transform that belongs to it,
# - look at what a transform really does to a picture, and undo a normalisation to do so,
# - find out which transform helps, by trying one at a time,
# - measure when it is too much.

# %%
from collections.abc import Callable, Iterable

import torch
from PIL import Image
from torch import nn
from torchvision import transforms
from torchvision.transforms import InterpolationMode

from helpers import data, explore, models, plots, training
from helpers.checks import check

flowers = data.load()
book = training.Logbook.open()
config = models.backbone().config
species = min(3, len(flowers.classes) - 1)
same_species = flowers.train.of_class(species)
flower = same_species.picture(5 % len(same_species))
print(f"{config.name}: {config.size} x {config.size} pixels, mean {config.mean}, std {config.std}")

# %% [markdown]
# ## See it
#
# What does the field do that the garden does not? The same species, garden above, field below.


# %%
def first_eight(pictures: data.Pictures) -> data.Pictures:
    """The first eight pictures of one species."""
    found = pictures.of_class(species)
    return found.subset(range(min(8, len(found))))


plots.contact_sheet(first_eight(flowers.train), rows=1, columns=8, titles=False)

# %%
plots.contact_sheet(first_eight(flowers.valid), rows=1, columns=8, titles=False)

# %% [markdown]
# Turned, nearer or farther, tilted, brighter or duller, a leaf in front, now and then out of focus. Each of these
# is something a transform can do to a garden picture.
#
# And each is something that can be overdone. *This is one of those parts where you really have to test and
# visualise how the image looks like*, the article says. So look before you train. Always.

# %%
plots.views(flower, transforms.RandomRotation(25), n=8, seed=0)

# %%
plots.views(flower, transforms.ColorJitter(hue=0.5), n=8, seed=0)

# %% [markdown]
# The second is eight flowers that do not exist, or worse: one species in the colours of another. In this herbarium
# *Cyanthe azurea* and *Cyanthe violacea* are told apart by nothing but their colour.
#
# The first looks harmless. Look again, closely, at the corners and along the edges of the petals: besides the angle,
# two more things have changed. We come back to them.
#
# ## Predict
#
# Five transforms wait below, to be tried one at a time: `rotation`, `zoom`, `perspective`, `flip`, `hue`. Which one
# will lift validation accuracy most? Write down your choice.

# %%
my_guess = "rotation"
book.predict("augment.best-single-transform", my_guess)

# %% [markdown]
# ## Try it
#
# Eight variants of one picture while you move the sliders, and a gauge measured on real validation pictures:
#
# - **affinity**: how well a classifier that never saw augmented pictures still copes with them, compared with clean
#   ones. 1 means it does not notice; low means that the pictures have become something else.
# - **diversity**: how much new there is for it to learn.
#
# Too little of the second is a wasted effort, too little of the first is noise. **Your goal is on the widget.** The gauge is
# a guide, not a verdict: `Train with it` retrains a classifier with your settings and tells you the truth.
#
# <details><summary>Reading without a kernel? This is what the widget shows.</summary>
#
# <img src="../static/augmentation.jpg" width="100%" alt="Sliders for each transform, beside one picture and eight variants of
# it, with a gauge from too little to too much.">
#
# </details>

# %% tags=["widget"]
explore.augmentation(flowers)

# %% [markdown]
# ## Build it
#
# A transform is a function from picture to tensor. `transforms.Compose` chains several, and their order matters:
# geometry works on the picture, normalisation on the tensor, so it comes last. Rotate *before* you crop, and
# the crop has a chance to cut the black corners away.
#
# **Exercise augment.train_transform** · 3 points · easy · 10 minutes
#
# Write the training transform of the article: a rotation of up to 25 degrees, a random crop resized to `size`, then
# a tensor, then normalised with `mean` and `std`.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Four steps in the order of the sentence above, chained into one.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `transforms.Compose([...])` · `transforms.RandomRotation` · `transforms.RandomResizedCrop` · `transforms.ToTensor` ·
# `transforms.Normalize`. Nothing is written as a fixed number except the 25: the rest are the arguments.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <code>Compose([rotation(25), random crop to size, tensor, normalise(mean, std)])</code>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-train_transform", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_transform(
    size: int, mean: list[float], std: list[float]
) -> Callable[[Image.Image], torch.Tensor]:
    """The article's training transform: picture in, normalised float tensor [3, size, size] out."""
    ### BEGIN SOLUTION
    return transforms.Compose(
        [
            transforms.RandomRotation(25),
            transforms.RandomResizedCrop(size),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "augment-train_transform", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("augment.train_transform", train_transform)

# %% [markdown]
# Validation pictures are for measuring. Measured twice, the same picture must give the same answer; nothing random
# may touch it. And it must be normalised exactly as in training, or the network sees the world through tinted
# glasses.
#
# **Exercise augment.valid_transform** · 2 points · easy · 5 minutes
#
# Resize so that the **shorter** side becomes `size` (proportions kept: a flower is not to be squeezed), cut the
# square out of the centre, make a tensor, normalise.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# The same last two steps as before; the two random ones are replaced by two that always do the same.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `transforms.Resize` behaves differently for one number and for a pair: look up which one keeps proportions.
# `transforms.CenterCrop`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <code>Compose([resize the short side, crop the centre, tensor, normalise])</code>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-valid_transform", "locked": false, "schema_version": 3, "solution": true, "task": false}
def valid_transform(
    size: int, mean: list[float], std: list[float]
) -> Callable[[Image.Image], torch.Tensor]:
    """Deterministic: picture of any proportions in, normalised float tensor [3, size, size] out."""
    ### BEGIN SOLUTION
    return transforms.Compose(
        [
            transforms.Resize(size),
            transforms.CenterCrop(size),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "augment-valid_transform", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("augment.valid_transform", valid_transform)

# %% [markdown]
# To look at what the network sees, you have to undo the normalisation. A normalised picture has negative numbers in
# it; shown as it is, it comes out as a strange poster.
#
# **Exercise augment.unnormalise** · 2 points · easy · 5 minutes
#
# Undo `Normalize(mean, std)` exactly, for one picture `[3, height, width]` or a batch `[pictures, 3, height, width]`.
# Clamp the result to the range from 0 to 1, and leave the input as it was.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Normalising subtracts the mean, then divides by the standard deviation. Undo the last step first.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `mean` and `std` have three numbers, one a channel. Reshaped to `[3, 1, 1]` they line up with the channels of a
# picture, and of a batch as well. `Tensor.clamp`; beware of functions that end in an underscore.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# mean and std as tensors of shape [3, 1, 1]
# (images times std plus mean), clamped to [0, 1]
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-unnormalise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unnormalise(images: torch.Tensor, mean: list[float], std: list[float]) -> torch.Tensor:
    """Pictures behind normalised tensors: [..., 3, height, width], values from 0 to 1."""
    ### BEGIN SOLUTION
    mean_column = torch.tensor(mean).view(3, 1, 1)
    std_column = torch.tensor(std).view(3, 1, 1)
    return (images * std_column + mean_column).clamp(0, 1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "augment-unnormalise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("augment.unnormalise", unnormalise)

# %% [markdown]
# Now look at your own transform, through your own function. Does every crop still show a flower that you could name?

# %%
article = train_transform(config.size, config.mean, config.std)


def as_picture(tensor: torch.Tensor) -> Image.Image:
    """What the network sees, as a picture."""
    return transforms.functional.to_pil_image(unnormalise(tensor, config.mean, config.std))


plots.views(flower, transforms.Compose([article, as_picture]), n=8, seed=1)

# %% [markdown]
# *We should consider adding only 1-2 transform functions at a time*, says the article, *starting with fewer can help
# us identify which one worked best*. That is an experiment with a plan, and a plan can be written as a function.
#
# **Exercise augment.try_one_at_a_time** · 3 points · medium · 10 minutes
#
# `base` is a list of transforms, `candidates` a dictionary from name to transform, and `score` turns a list of
# transforms into a number, higher is better. Return a list of `(name, gain)`, largest gain first, where the gain of
# a candidate is the score of *base plus this one candidate*, minus the score of base. Scoring is expensive: score
# `base` once. And do not change `base`: it is not yours.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# One reference measurement, then one measurement a candidate, each starting from the same base. Sort at the end.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `list + [element]` makes a new list, `list.append` changes the old one. `candidates.items()`.
# `sorted(..., key=..., reverse=True)`.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# reference = score of the base
# gains = for each name and candidate: (name, score of base with the candidate, minus reference)
# sort by the gain, largest first
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-try_one_at_a_time", "locked": false, "schema_version": 3, "solution": true, "task": false}
def try_one_at_a_time(
    base: list, candidates: dict[str, Callable], score: Callable[[list], float]
) -> list[tuple[str, float]]:
    """What each candidate alone adds on top of base: (name, gain), largest gain first."""
    ### BEGIN SOLUTION
    reference = score(list(base))
    gains = [
        (name, score([*base, candidate]) - reference) for name, candidate in candidates.items()
    ]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "augment-try_one_at_a_time", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("augment.try_one_at_a_time", try_one_at_a_time)

# %% [markdown]
# The last tool answers *am I doing too much?* Take a model that was trained on clean pictures. Measure it on clean
# validation pictures and on augmented ones. If an augmented flower is still recognisably the same species, the model
# should lose little. That is **affinity** (Gontijo-Lopes and others, [arXiv 2002.08973](https://arxiv.org/abs/2002.08973)):
# accuracy on augmented pictures, relative to clean ones.
#
# **Exercise augment.affinity** · 3 points · medium · 10 minutes
#
# Return accuracy on `augmented` divided by accuracy on `clean`, as a float; 0.0 if the accuracy on `clean` is 0. Both are
# batches of `(images, labels)`. Everything lesson 00 said about measuring holds: evaluation mode, pictures not batches,
# and each module's mode put back.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# You wrote a function in lesson 00 that measures a model on batches. Measure twice, divide once.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `training.evaluate(model, batches)` returns `(loss, accuracy)` and keeps the promises of lesson 00. You may use it, or
# your own.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# accuracy on clean, accuracy on augmented
# if the first is zero there is nothing to compare: 0.0
# the second over the first
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-affinity", "locked": false, "schema_version": 3, "solution": true, "task": false}
def affinity(
    model: nn.Module,
    clean: Iterable[tuple[torch.Tensor, torch.Tensor]],
    augmented: Iterable[tuple[torch.Tensor, torch.Tensor]],
) -> float:
    """Accuracy on augmented pictures relative to clean ones: 1 means the model does not notice."""
    ### BEGIN SOLUTION
    _, clean_accuracy = training.evaluate(model, clean)
    _, augmented_accuracy = training.evaluate(model, augmented)
    return augmented_accuracy / clean_accuracy if clean_accuracy else 0.0
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "augment-affinity", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("augment.affinity", affinity)

# %% [markdown]
# ## Measure it
#
# First, one at a time, as the article advises. `score` trains a fresh linear head on changed views of every garden
# picture, on top of the frozen backbone, and returns its accuracy in the field.
#
# And the two things you spotted in the rotated pictures: torchvision paints empty corners black, and takes the
# *nearest* pixel, which gives a smooth petal teeth. No field picture has either. `mirrored` pads a picture with its own
# mirror image before a change and cuts the middle out afterwards; `BILINEAR` mixes neighbouring pixels. (`plain` does
# what your `valid_transform` does; lesson 00 has already stored what the network sees through it.)

# %%
model = models.backbone(classes=len(flowers.classes), seed=0)
plain = data.plain_transform(config.size, config.mean, config.std)
square = transforms.Compose([transforms.Resize(config.size), transforms.CenterCrop(config.size)])
to_tensor = [transforms.ToTensor(), transforms.Normalize(config.mean, config.std)]


def mirrored(change: Callable) -> transforms.Compose:
    """The change without black corners."""
    edges = transforms.Pad(config.size * 3 // 8, padding_mode="reflect")
    return transforms.Compose([edges, change, transforms.CenterCrop(config.size)])


def head_accuracy(transform: Callable, views: int) -> float:
    """Validation accuracy of a linear head trained on changed views of the garden."""
    history, _ = training.train_head(
        model, flowers.train, flowers.valid, transform, plain, views=views
    )
    return history.last.valid_accuracy


def score(changes: list) -> float:
    """What `try_one_at_a_time` asks for: a list of changes in, a number out."""
    if not changes:
        return head_accuracy(plain, views=1)
    return head_accuracy(transforms.Compose([square, *changes, *to_tensor]), views=2)


# %% [markdown]
# Five candidates, each alone.

# %%
smooth = InterpolationMode.BILINEAR
candidates = {
    "rotation": mirrored(transforms.RandomRotation(25, interpolation=smooth)),
    "zoom": mirrored(transforms.RandomAffine(0, scale=(0.65, 1.15), interpolation=smooth)),
    "perspective": transforms.RandomPerspective(0.3),
    "flip": transforms.RandomHorizontalFlip(),
    "hue": transforms.ColorJitter(hue=0.1),
}
wall = score([])
gains = try_one_at_a_time([], candidates, score)
print(f"no augmentation: {wall:.1%}")
for name, gain in gains:
    print(f"{name:12s} {100 * gain:+5.1f} points")
book.compare("augment.best-single-transform", gains[0][0])

# %% [markdown]
# Did the winner surprise you? One run is one run. Over five fresh draws of the herbarium
# (`python -m benchmarks.augmentation --seeds 5`) perspective added 2.5 points on average and zoom 2.2; rotation and
# flip stayed within one point of nothing; hue cost 7.9. By the rule of lesson 00 a single run of yours can prove
# only the last one: the other gains are smaller than two standard errors.
#
# Now several together. Your article transform, and `data.field_transform`: any rotation, zoom, tilt, perspective, light,
# a little blur and grain, something in the way, and **no hue**. Each was chosen because the field does it.
#
# <!-- from benchmarks.augmentation: mean_gain_in_points/* -->

# %%
together = {
    "no augmentation": wall,
    "the article's two": head_accuracy(article, views=2),
    "all the field does": head_accuracy(
        data.field_transform(config.size, config.mean, config.std), views=4
    ),
}
plots.bars(
    {name: [value] for name, value in together.items()},
    xlabel="validation accuracy",
    reference=wall,
)

# %% [markdown]
# Here the course disagrees with its article, because it measured. Over the same five draws the article's two transforms
# moved the wall by -1.4 points, and everything the field does by +4.5. Look at your eight crops above once more: by default
# `RandomResizedCrop` may keep as little as 8 % of a picture. How many of them still show the trait that names the
# species? The advice to start with one or two is right; *which* ones depends on how your new pictures differ.
#
# One look at the test pictures, and a line for the logbook.
#
# <!-- 8 = 100 * 0.08 -->
# <!-- from benchmarks.augmentation: mean_gain_in_points/* -->

# %%
history, tail = training.train_head(
    model,
    flowers.train,
    flowers.valid,
    data.field_transform(config.size, config.mean, config.std),
    plain,
    views=4,
)
test = training.PrefixCache(model, flowers.test, plain)
_, test_accuracy = training.evaluate(tail, test.batches())
book.record(
    "01_augmentation",
    "augmentation",
    valid_accuracy=history.last.valid_accuracy,
    test_accuracy=test_accuracy,
)
print(f"validation {history.last.valid_accuracy:.1%}   test {test_accuracy:.1%}")

# %% [markdown]
# ### Too much
#
# One transform, three strengths, two curves. **Affinity** is your function: the classifier of lesson 00, which never saw an
# augmented picture, on changed validation pictures. **Accuracy** is what a classifier reaches that was *trained* on
# pictures changed so. The first costs seconds and no training. Does it foretell the second?

# %%
_, clean_tail = training.train_head(model, flowers.train, flowers.valid, plain, plain, views=1)
clean_batches = training.PrefixCache(model, flowers.valid, plain).batches()
curves = {"affinity": {0.0: [1.0]}, "accuracy after training": {0.0: [wall]}}
for strength in [0.1, 0.5]:
    hue = transforms.Compose([square, transforms.ColorJitter(hue=strength), *to_tensor])
    changed = training.PrefixCache(model, flowers.valid, hue, progress=False)
    curves["affinity"][strength] = [affinity(clean_tail, clean_batches, changed.batches())]
    curves["accuracy after training"][strength] = [head_accuracy(hue, views=2)]
plots.lines(
    curves, xlabel="strength of the hue jitter, in turns of the colour wheel", ylabel="fraction"
)

# %% [markdown]
# Four of the sixteen species are told apart from a relative by colour alone. Training on all hues tells the network:
# *colour means nothing here*. It believes you.
#
# So *enough* and *too much* have an answer each. **Enough**: the change does what the world will do. **Too much**: the
# change destroys what tells the classes apart. Affinity notices the second before you have trained anything.
#
# ## What goes wrong
#
# Black corners and torn petals, made visible: the same rotation, once as it comes, once mirrored and smooth. In a
# herbarium where a notch in the petal is a species, teeth along every edge are no detail.

# %%
plots.views(square(flower), transforms.RandomRotation(60), n=4, seed=3)

# %%
turned = mirrored(transforms.RandomRotation(60, interpolation=smooth))
plots.views(square(flower), turned, n=4, seed=3)

# %% [markdown]
# | symptom | likely cause | cure |
# |---|---|---|
# | training accuracy *below* validation accuracy | the training pictures are the harder ones now: normal with augmentation | keep training; it is not a bug |
# | validation accuracy changes from run to run of the same model | a random transform in the validation pipeline | your `valid_transform` |
# | accuracy at chance from the first epoch | normalised twice, or not at all, or with another network's statistics | look through `unnormalise` |
# | two classes collapse into one | the augmentation destroys the trait that separates them | affinity, class by class |
# | `TypeError` or `AttributeError` about a picture or a tensor | a step stands on the wrong side of `ToTensor` | geometry and colour before it, `Normalize` after |
# | augmentation "does nothing" | it does not resemble how the new pictures differ, or there is no such difference | compare garden and field first |
#
# ## Recap
#
# - Look at every transform before you train with it.
# - Augmentation helps where it imitates how the new pictures will differ from the old ones.
# - One at a time tells you what each does; only together do they carry you from the wall.
# - Affinity tells you, without training, when it is too much.
#
# Next: selective unfreezing. The features are still ImageNet's.

# %% [markdown]
# **Reflection augment.reflection** · 2 points · read by a person
#
# Think of a set of pictures you would like to classify (yours, not flowers). Name one transform that would help there
# and one that would do harm, and say for each *how the new pictures differ from the training pictures*. Which number of this
# lesson would you look at to find out whether you are right, and what value would change your mind?

# %% [markdown] nbgrader={"grade": true, "grade_id": "augment-reflection", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# *Marking scheme.* One point: both transforms are argued from the difference between training pictures and pictures met
# later (say, vertical flips for satellite images but not for digits; hue for leaves photographed at dusk but not for
# ripeness), not from habit. One point: names affinity, or validation accuracy with its standard error or its spread over
# seeds, with a value at which the opinion would change.
