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
# # 02 · Selective unfreezing
#
# *About 80 minutes. Everything runs on your own machine, in seconds to half a minute, without a GPU or a network.*
#
# Augmentation showed the classifier what the field does. But it still looks through eyes that were made for ImageNet:
# the head learns, the **backbone** does not. To get further, some of it has to learn too.
#
# All of it? The article doubts that: *I experimented myself and got a very small boost if none at all*. Its authors unfreeze
# only the last layers, which *see the more complex patterns*, at a rate that falls towards the input. In this lesson
# you measure what the layers know, what it costs to train them, and which choice gets you furthest.
#
# **Afterwards you can**
# - name the parts of any network, and train exactly those you choose,
# - keep a frozen BatchNorm really frozen,
# - give each part a learning rate of its own,
# - unfreeze gradually without losing what the optimizer has gathered.

# %%
import copy

import torch
from torch import nn

from helpers import data, explore, models, plots, training
from helpers.checks import check

flowers = data.load()
book = training.Logbook.open()
model = models.backbone(classes=len(flowers.classes), seed=0)
config = model.config
plain = data.plain_transform(config.size, config.mean, config.std)
field = data.field_transform(config.size, config.mean, config.std)
print(f"{config.name}, {len(flowers.classes)} classes, stages: {', '.join(config.stages)}")

# %% [markdown]
# ## See it
#
# A network is a row of parts, each of them a **child** of the model. The article's first question is what they are called.

# %%
for name, child in model.named_children():
    print(f"{name:12s} {sum(p.numel() for p in child.parameters()):9,d} numbers to train")

# %% [markdown]
# *The last layers see the more complex patterns*, says the article. Can that be measured? Listen in after each stage: take
# the mean of every channel there, and train a linear classifier on nothing else. A stage knows as much about flowers
# as such a classifier gets right in the field.


# %%
def overheard(pictures: data.Pictures, names: list[str]) -> dict[str, torch.Tensor]:
    """What each part says about the pictures: the mean of every channel [N, channels]."""
    said = {name: [] for name in names}

    def listen_to(name: str):
        return lambda module, inputs, output: said[name].append(output.mean((2, 3)))

    hooks = [model.get_submodule(n).register_forward_hook(listen_to(n)) for n in names]
    training.predict(model, data.batches(pictures.with_transform(plain), batch_size=64))
    for hook in hooks:
        hook.remove()
    return {name: torch.cat(parts).clone() for name, parts in said.items()}


def accuracy_of_a_listener(train: torch.Tensor, valid: torch.Tensor) -> float:
    """Validation accuracy of a linear classifier on standardised features."""
    training.seed_everything(0)
    # The second term keeps quiet channels quiet.
    mean, std = train.mean(0), train.std(0) + 0.3 * train.std()
    listener = nn.Linear(train.shape[1], len(flowers.classes))
    optimizer = torch.optim.AdamW(listener.parameters(), lr=1e-2, weight_decay=0.1)
    batch = ((train - mean) / std, flowers.train.labels)
    training.fit(listener, [batch], epochs=100, optimizer=optimizer, progress=False)
    return training.evaluate(listener, [((valid - mean) / std, flowers.valid.labels)])[1]


# %%
# Without conv1 and bn1, which are single layers.
stages = [name for name in config.stages if list(model.get_submodule(name).children())]
from_train, from_valid = overheard(flowers.train, stages), overheard(flowers.valid, stages)
knows = {name: accuracy_of_a_listener(from_train[name], from_valid[name]) for name in stages}
plots.bars({name: [value] for name, value in knows.items()}, xlabel="validation accuracy")

# %% [markdown]
# With the course's own pictures and network it is not a staircase: about 70, 58, 86 and 87 %. (On 240 pictures, one standard error
# is 2 to 3 points.) The later stages do know more, so far the article is right. But look at the **last** step: the last stage is
# nearly a third of the network, and it adds next to nothing. That is where the thousand classes of ImageNet
# are told apart, and none of them is a *Cyanthe*. Perhaps the part that adds nothing has the most to learn. You will see.
#
# So here is the article's loop, word for word. Read what it prints, to the end.
#
# <!-- 2 = 100 * sqrt(0.87 * 0.13 / 240) -->
# <!-- 3 = 100 * sqrt(0.58 * 0.42 / 240) -->
# <!-- from benchmarks.lessons: 02_selective_unfreezing/* -->

# %%
for name, child in model.named_children():
    if name in ["layer3", "layer4"]:
        print(name + " is unfrozen")
        for param in child.parameters():
            param.requires_grad = True
    else:
        print(name + " is frozen")
        for param in child.parameters():
            param.requires_grad = False

# %% [markdown]
# Did you see it? `fc`, the new head, is frozen too, with the random numbers that it started with. On a model with a trained head
# that can be wanted; on a fresh one it is a bug that raises no error. Functions that say exactly what they train
# protect you from it, and you are about to write them.
#
# ## Predict
#
# The augmented head alone reached about 93 % in the field. By how many points will it be beaten when the last two stages
# learn as well?
#
# <!-- from benchmarks.climb: augmentation/valid/mean -->

# %%
my_guess = 2.0
book.predict("unfreeze.points-gained-by-two-stages", my_guess)

# %% [markdown]
# ## Try it
#
# The network as a stack: click a stage to train it, and see what it costs before you pay. One thing is odd at first sight:
# train a single early stage, and you pay for nearly everything after it as well. Gradients start at the loss, and have to
# travel there. **Your goal is on the widget.**
#
# <details><summary>Reading without a kernel? This is what the widget shows.</summary>
#
# <img src="../static/unfreezing.jpg" width="100%" alt="The stages of the network as a stack, each with its parameters, its learning
# rate and its share of the cost of a training step.">
#
# </details>

# %% tags=["widget"]
explore.unfreezing(flowers)

# %% [markdown]
# ## Build it
#
# The loop above looks at children only. On this network and on every ResNet that is enough.
#
# **Exercise unfreeze.layer_names** · 2 points · easy · 10 minutes
#
# Return the dotted names of the modules `depth` levels down, in the model's order, as `layer4` or `features.denseblock4`.
# A module that has no children stands for itself, however deep you look: the names always cut the whole model into parts.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# One level down are the children. Two levels down are the children of the children. A function may call itself.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `module.named_children()` gives pairs of name and module; in a list, you can tell whether there are any. `append`
# would put a list into a list; `+=` joins them. A dotted name is
# the name of the child, a dot, and the name within the child.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# for each child:
#     at the last level, or without children of its own: its name
#     otherwise: its name, a dot, and each name one level less deep in the child
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-layer_names", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer_names(model: nn.Module, depth: int = 1) -> list[str]:
    """Dotted names of the parts of a model, `depth` levels down, in its order."""
    ### BEGIN SOLUTION
    names = []
    for name, child in model.named_children():
        inner = layer_names(child, depth - 1) if depth > 1 else []
        names += [f"{name}.{part}" for part in inner] or [name]
    return names
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "unfreeze-layer_names", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("unfreeze.layer_names", layer_names)

# %% [markdown]
# Why would anybody need depth 2? The article's head is made for a DenseNet-161 (2208 features). Put its names into the article's
# loop, and see what there is to choose from. (Only the structure is built here; nothing is downloaded.)

# %%
densenet = models.backbone("densenet161", pretrained=False)
print("depth 1:", layer_names(densenet))
print("depth 2:", layer_names(densenet, depth=2))

# %% [markdown]
# One level down, the whole backbone is a single part, `features`. The block you want is called `features.denseblock4`. The
# article's loop would find no `layer3` and no `layer4`, and freeze everything, without an error.
#
# **Exercise unfreeze.set_trainable** · 3 points · easy · 10 minutes
#
# Afterwards exactly the parameters of the parts in `names` are trainable, and all others are frozen. A name is a dotted name of any
# module: `layer4`, `features.denseblock4`, also one that has no parameters, such as `avgpool`. A name that the model does
# not have is an error, raised *before* anything has changed. Return how many numbers can be trained now (each once).

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# First find all the parts; if one is missing, nothing has happened yet. Then freeze everything, then unfreeze those.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `model.get_submodule("a.b")` finds a module by its dotted name, and raises an error when there is none.
# `module.requires_grad_(True)` works on all parameters of a module. Beware of `param.require_grad`: Python would create it
# for you, without a word.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# parts = the submodule of each name
# everything: no gradient
# each part: gradient
# add up the sizes (numel) of the parameters that can be trained
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-set_trainable", "locked": false, "schema_version": 3, "solution": true, "task": false}
def set_trainable(model: nn.Module, names: list[str]) -> int:
    """Train exactly these parts, freeze all others; how many numbers can be trained."""
    ### BEGIN SOLUTION
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return sum(param.numel() for param in model.parameters() if param.requires_grad)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "unfreeze-set_trainable", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("unfreeze.set_trainable", set_trainable)

# %% [markdown]
# *Are we done? Not quite*, says the article: *we have to adjust our optimizer*. An optimizer holds a list of parameters. What is not in
# the list never moves. What is in it without need moves as soon as it holds a gradient, be it an old one or one of zeros: momentum and
# weight decay do the rest.
#
# **Exercise unfreeze.trainable_optimizer** · 2 points · easy · 5 minutes
#
# Return the article's optimizer: `torch.optim.SGD` with momentum 0.9 and Nesterov, at learning rate `lr`, holding the parameters
# that can be trained and no others.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Go through all parameters, keep those that want a gradient, hand them over.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `model.parameters()`, `param.requires_grad`, and the documentation of `torch.optim.SGD` for the two options.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <code>SGD(those of the parameters that require a gradient, rate, momentum, nesterov)</code>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-trainable_optimizer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def trainable_optimizer(model: nn.Module, lr: float) -> torch.optim.SGD:
    """The article's optimizer, over the parameters that can be trained."""
    ### BEGIN SOLUTION
    trainable = [param for param in model.parameters() if param.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=0.9, nesterov=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "unfreeze-trainable_optimizer", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("unfreeze.trainable_optimizer", trainable_optimizer)

# %% [markdown]
# Now a trap that has cost many people a good classifier. A BatchNorm layer has, besides its parameters, **running statistics**: mean and
# variance of what it has seen. They are no parameters. `requires_grad = False` does not concern them, and in training mode every
# forward pass moves them. No optimizer is needed, not even a loss.
#
# See for yourself: take a trained head on a "frozen" backbone, show it the garden pictures once, in training mode, and change
# nothing. How much of its accuracy will be left? Decide before you run the second cell. First, a head worth losing.

# %%
training.train_head(model, flowers.train, flowers.valid, field, plain, views=4)
some_field = flowers.valid.subset(range(0, len(flowers.valid), 3)).with_transform(plain)
print(f"field accuracy {training.evaluate(model, data.batches(some_field))[1]:.1%}")


# %%


def first_batchnorm(network: nn.Module) -> nn.Module:
    """The BatchNorm layer next to the input."""
    return next(m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm))


def only_looking(network: nn.Module, stops: list[int]) -> dict[float, list[float]]:
    """Field accuracy of a copy that sees batches in training mode; nothing is trained."""
    network = copy.deepcopy(network)
    set_trainable(network, [models.head_name(network)])
    before = first_batchnorm(network).running_mean[:4].clone()
    accuracy = {0.0: [training.evaluate(network, data.batches(some_field))[1]]}
    garden = data.batches(flowers.train.with_transform(plain), shuffle=True)
    for seen, (images, _) in enumerate(garden, start=1):
        network.train()
        with torch.no_grad():
            network(images)
        if seen in stops:
            accuracy[float(seen)] = [training.evaluate(network, data.batches(some_field))[1]]
    print("running means of the first BatchNorm, four channels")
    print("  before:", [round(x, 3) for x in before.tolist()])
    print("  after: ", [round(x, 3) for x in first_batchnorm(network).running_mean[:4].tolist()])
    return accuracy


batches = len(data.batches(flowers.train.with_transform(plain)))
drifting = only_looking(model, stops=[batches // 2, batches])

# %% [markdown]
# **Exercise unfreeze.freeze_batchnorm** · 3 points · medium · 15 minutes
#
# Called once, it protects the model for good: every BatchNorm whose *own* parameters are all frozen, whatever the layers around it do,
# keeps its running statistics, and
# works with them, *although somebody calls `model.train()` afterwards* (a training loop does, every epoch). BatchNorm layers that are
# being trained go on as they are, and so does everything else. Change the model itself, and return it.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# A BatchNorm in evaluation mode does what you want. The question is how it stays there, when `train()` comes by after you. What
# runs after `train()` and before the layer does its work?
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `module.register_forward_pre_hook(f)` calls `f(module, inputs)` just before each forward pass of that module. What `f` returns, if not
# `None`, replaces the input; `module.eval()` returns the module! All BatchNorms derive from
# `nn.modules.batchnorm._BatchNorm`. A module has no `requires_grad` of its own; its parameters have.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# a small function: put the module in evaluation mode if none of its parameters wants a gradient; return nothing
# for each BatchNorm of the model: call that function before its forward passes
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-freeze_batchnorm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def freeze_batchnorm(model: nn.Module) -> nn.Module:
    """Frozen BatchNorms keep and use their running statistics, whatever mode is asked for."""
    ### BEGIN SOLUTION

    def stay(module: nn.Module, inputs: object) -> None:
        if not any(param.requires_grad for param in module.parameters()):
            module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(stay)
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "unfreeze-freeze_batchnorm", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("unfreeze.freeze_batchnorm", freeze_batchnorm)

# %% [markdown]
# The same again, with your function.

# %%
kept = only_looking(freeze_batchnorm(copy.deepcopy(model)), stops=[batches])
plots.lines(
    {"requires_grad = False alone": drifting, "freeze_batchnorm": kept},
    xlabel="batches of garden pictures seen in training mode",
    ylabel="field accuracy",
)

# %% [markdown]
# Nothing was trained, and with the course's own pictures about half of the accuracy is gone after one look at the garden. The
# statistics have become those of the garden; the field looks different, and the layers after them get numbers they have never
# seen. `training.fit` protects you (it leaves frozen parts in evaluation mode); a loop from the internet will not.
#
# Next, the rates. *Train them with 10x-100x reduction of learning rate, then go to the next block and reduce by 10x-100x compared to the
# previous*: a late stage has much to learn, an early one has good features to lose.
#
# **Exercise unfreeze.discriminative_groups** · 3 points · medium · 10 minutes
#
# Return parameter groups for an optimizer, in any order: a list of dictionaries with `"params"` and `"lr"`. `names` goes from input to output. The last
# part learns at `lr`, each earlier one `factor` times slower than the part after it. Every trainable parameter of these
# parts is in exactly one group; frozen ones are in none.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Walk from the output to the input. The first part you meet gets the full rate; with every step the rate is divided once more.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# `reversed(names)` and `enumerate(...)` count the steps; a power does the dividing. Make the parameters a list: a generator is empty
# after its first use.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# for each name, starting from the last, with the number of steps back:
#     a group: the part's trainable parameters; rate over factor to the power of the steps
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-discriminative_groups", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminative_groups(
    model: nn.Module, names: list[str], lr: float, factor: float
) -> list[dict]:
    """The last part learns at `lr`, each earlier one `factor` times slower than the next."""
    ### BEGIN SOLUTION
    groups = []
    for steps_back, name in enumerate(reversed(names)):
        part = model.get_submodule(name)
        params = [param for param in part.parameters() if param.requires_grad]
        groups.append({"params": params, "lr": lr / factor**steps_back})
    return groups
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "unfreeze-discriminative_groups", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("unfreeze.discriminative_groups", discriminative_groups)

# %% [markdown]
# And *gradually*: first the head alone, then the last block, *then slowly move on*. The optimizer has a memory, the momentum of
# every parameter. Build a new one at each stage, and that is thrown away; so the next block has to join the one
# that is there.
#
# **Exercise unfreeze.unfreeze_next** · 3 points · medium · 10 minutes
#
# `names` goes from input to output. Find the last part that is still frozen (*none* of its parameters can be trained), unfreeze it,
# and let it join the *same* optimizer at rate `lr`; all that the optimizer holds stays as it is. Return the name of the part, or
# `None` (and change nothing) when no part is frozen any more.

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: the idea</summary>
#
# Look at the parts from the output to the input, and stop at the first one that is frozen.
#
# </details>
# <details><summary>Hint 2: the tools</summary>
#
# An optimizer can be given one more group later: look for `add_param_group` in torch's documentation; it takes
# a dictionary like those of the last exercise. Unfreezing and joining are two
# steps; each is useless without the other, and neither raises an error when the other is missing.
#
# </details>
# <details><summary>Hint 3: almost code</summary>
#
# <pre>
# for each name, from the last to the first:
#     if none of the part's parameters can be trained:
#         unfreeze them, add them as a group with the rate, hand back the name
# nothing was left: None
# </pre>
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer-unfreeze_next", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unfreeze_next(
    model: nn.Module, optimizer: torch.optim.Optimizer, names: list[str], lr: float
) -> str | None:
    """Unfreeze the last part that is frozen; it joins the optimizer at `lr`. Its name."""
    ### BEGIN SOLUTION
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(param.requires_grad for param in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": part.parameters(), "lr": lr})
            return name
    return None
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "unfreeze-unfreeze_next", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("unfreeze.unfreeze_next", unfreeze_next)

# %% [markdown]
# ## Measure it
#
# First the price. `training.step_cost` takes a training step with a copy of the network and counts: numbers to train, time, and the
# intermediate results that must be kept in memory until the gradients come back. Which is dearer, the last two stages or
# everything, and by which factor? Guess first.

# %%
head = models.head_name(model)
some = list(range(0, len(flowers.train), max(1, len(flowers.train) // 8)))[:8]
images, labels = (
    torch.stack([plain(flowers.train.picture(i)) for i in some]),
    flowers.train.labels[some],
)
choices = {
    "the head": [head],
    "+ the last stage": [*stages[-1:], head],
    "+ the last two": [*stages[-2:], head],
    "everything": list(layer_names(model)),
}
print(f"{'':16s} {'numbers to train':>17s} {'ms a picture':>13s} {'MB kept a picture':>18s}")
for choice, names in choices.items():
    trained = copy.deepcopy(model)
    set_trainable(trained, names)
    cost = training.step_cost(trained, images, labels)
    milliseconds, megabytes = 1000 * cost.seconds / len(some), cost.activations / len(some) / 1e6
    print(f"{choice:16s} {cost.trainable:17,d} {milliseconds:13.0f} {megabytes:18.1f}")

# %% [markdown]
# What you do not train costs little: its results need not be kept, and no gradient passes through it. Nor need it be computed again
# in every epoch: `training.PrefixCache` keeps what the frozen layers say, on disk too, and the training below starts from there.
#
# One rule for a fair comparison: the rate is not left constant. It rises for a quarter of the steps and then falls to nothing, *one
# cycle*; lesson 04 says why. And the BatchNorms of the stages stay frozen, with your function: twenty pictures a species
# are too few to measure their statistics anew.

# %%
two = stages[-2:]
# Four changed views of each picture. Folded: a frozen BatchNorm is computed
# within its convolution, which is faster.
garden_views = {"transform": field, "views": 4, "fold": True}


def freeze_norms(network: nn.Module, names: list[str]) -> None:
    """Freeze the parameters of the BatchNorms in these parts."""
    for name in names:
        for module in network.get_submodule(name).modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.requires_grad_(False)


def with_stages(names: list[str]) -> nn.Module:
    """A fresh network that trains these stages and the head, but not the BatchNorms."""
    network = models.backbone(classes=len(flowers.classes), seed=0)
    set_trainable(network, [*names, head])
    freeze_norms(network, names)
    return freeze_batchnorm(network)


def one_cycle(
    names: list[str], lr: float, factor: float, epochs: int = 12
) -> tuple[nn.Module, training.History]:
    """Train these stages and the head; the network, and its history in the field."""
    network = with_stages(names)
    train = training.PrefixCache(network, flowers.train, **garden_views)
    valid = training.PrefixCache(network, flowers.valid, plain, fold=True)
    groups = discriminative_groups(network, [*names, head], lr, factor)
    optimizer = torch.optim.AdamW(groups)
    batches = train.batches(shuffle=True, seed=0)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=[group["lr"] for group in groups],
        total_steps=epochs * len(batches),
        pct_start=0.25,
        cycle_momentum=False,
    )
    history = training.fit(
        train.tail,
        batches,
        epochs=epochs,
        optimizer=optimizer,
        scheduler=scheduler,
        valid=valid.batches(128),
    )
    return network, history


# %% [markdown]
# The head alone, at 0.01, which suits it; and the head with the last two stages, at a rate that begins at 0.005 and falls by a factor
# of 3 from part to part.

# %%
_, only_head = one_cycle([], lr=0.01, factor=1)
falling_model, falling = one_cycle(two, lr=0.005, factor=3)
gained = falling.last.valid_accuracy - only_head.last.valid_accuracy
book.compare("unfreeze.points-gained-by-two-stages", round(100 * gained, 1))

# %% [markdown]
# The same stages, all at 0.005. Two epochs are enough to see what it does. (Its curve ends early: compare the shapes, not the ends.)

# %%
_, at_one_rate = one_cycle(two, lr=0.005, factor=1, epochs=2)
plots.training_curves(
    {
        "head alone": only_head,
        "falling rates": falling,
        "one rate": at_one_rate,
    }
)

# %% [markdown]
# One run is one run. Over five fresh draws of the herbarium, 12 epochs each, accuracy on the test pictures with its range
# (`python -m benchmarks.unfreezing --seeds 5`):
#
# | what is trained | rates | numbers | test accuracy, % |
# |---|---|---|---|
# | the head | 0.01 | 20 k | 93.2 (92.2-94.4) |
# | and the last stage | falling from 0.005 | 1.0 M | 95.1 (93.9-95.9) |
# | and the last two | falling from 0.005 | 2.7 M | 96.1 (95.0-97.5) |
# | and the last two | all at 0.005 | 2.7 M | 92.0 (90.3-92.8) |
# | and the last two | all at 0.001 | 2.7 M | 96.4 (95.9-97.3) |
# | and the last two, with their BatchNorms | falling from 0.005 | 2.7 M | 95.2 (93.4-96.9) |
# | and the last two, one after the other | falling from 0.005 | 2.7 M | 94.1 (91.6-95.6) |
# | everything | falling from 0.005 | 3.3 M | 96.1 (95.3-97.0) |
# | everything | all at 0.001 | 3.3 M | 96.7 (93.3-98.8) |
#
# <!-- from benchmarks.unfreezing; rows: head alone | last stage, falling 3x | last two, falling 3x |
# last two, one rate of 0.005 | last two, one rate of 0.001 | last two, falling 3x, norms learn |
# last two, falling 3x, gradually | everything, falling 3x | everything, one rate of 0.001;
# columns: - | {}/trainable/mean | {}/test/* -->
#
# Read it slowly, for it agrees with the article and disagrees with it.
#
# - **Letting the last stages learn pays**: about three points with two of them.
# - **Letting everything learn pays hardly more**, at nine times the memory: *a very small boost if none at all*, as the article
#   found. The difference to the last two is smaller than those between draws.
# - **Equal rates are not wrong; a rate that is too large for the stages is.** At 0.005 for all, your two short epochs taught them nothing,
#   and after twelve they still end below the head alone.
#   At 0.001 for all they do as well as with falling rates.
#
# What, then, are falling rates good for? The last two stages again, at three rates of the head, over three of the draws (the same
# command with `--seeds 3 --rates 0.001 0.003 0.01`, for these two choices):
#
# | rate of the head | 0.001 | 0.003 | 0.01 |
# |---|---|---|---|
# | one rate for all | 96.5 | 94.5 | 13.2 |
# | falling threefold | 96.0 | 96.8 | 96.4 |
#
# <!-- from benchmarks.unfreezing_rates; rows: last two, one rate of 0.005 at | last two, falling 3x at;
# columns: {} 0.001/test/mean | {} 0.003/test/mean | {} 0.01/test/mean -->
#
# There you see it: falling rates are forgiving. Over a factor of ten they make less than one point of difference, where a single
# rate goes from as good to useless. You need not hit the right rate, only come near it.

# %%
test = training.PrefixCache(falling_model, flowers.test, plain, fold=True, boundary=two[0])
_, test_accuracy = training.evaluate(test.tail, test.batches(128))
book.record(
    "02_selective_unfreezing",
    "two stages",
    valid_accuracy=falling.last.valid_accuracy,
    test_accuracy=test_accuracy,
)
print(f"validation {falling.last.valid_accuracy:.1%}   test {test_accuracy:.1%}")

# %% [markdown]
# ### Gradually
#
# Now the article's way, with your `unfreeze_next`: the head, then the last stage, then the one before it, each joining at a rate
# ten times lower than the one before. Watch the optimizer's memory: it only grows.

# %%
network = with_stages([])
garden = training.PrefixCache(network, flowers.train, **garden_views, boundary=two[0])
in_field = training.PrefixCache(network, flowers.valid, plain, fold=True, boundary=two[0])
batches = garden.batches(shuffle=True, seed=0)
optimizer = trainable_optimizer(network, lr=0.02)
rate = 0.02
for epochs, last in [(1, False), (1, False), (2, True)]:
    steps = epochs * len(batches)
    # In the last round the rate falls to nothing.
    falls = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, steps) if last else None
    history = training.fit(
        garden.tail,
        batches,
        epochs=epochs,
        optimizer=optimizer,
        scheduler=falls,
        valid=in_field.batches(128),
    )
    print(f"    tensors with a momentum: {len(optimizer.state)}")
    rate = rate / 10
    joined = unfreeze_next(network, optimizer, [*two, head], rate)
    if joined:
        freeze_norms(network, [joined])
        print(f"{joined} joins at {rate:.2g}")

# %% [markdown]
# In the table above, *one after the other* did worse than both at once: the stages joined when the rate was highest, and had
# fewer epochs left. With a longer training it may pay; in twelve epochs and with twenty pictures a species it did not. What the
# experiment does show: a part that joins late needs a schedule that knows of it. `training.join` sees to that.
#
# ## What goes wrong
#
# The most frequent mistake makes no noise at all: the optimizer is built first, the stage unfrozen later.

# %%
network = with_stages([])
optimizer = trainable_optimizer(network, lr=0.01)
set_trainable(network, [stages[-1], head])
weight = next(network.get_submodule(stages[-1]).parameters())
before = weight.detach().clone()
for step in range(3):
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(images), labels).backward()
    optimizer.step()
    moved = (weight - before).abs().max().item()
    print(
        f"step {step + 1}: moved by {moved:.3f}, gradient of size {weight.grad.norm().item():.3f}"
    )

# %% [markdown]
# The stage never moves, and its gradients pile up, since `zero_grad` clears only what the optimizer holds. In a loop that calls
# `zero_grad` after the step, the first step after somebody adds the group is the sum of them all.
#
# | symptom | likely cause | cure |
# |---|---|---|
# | unfreezing changes nothing at all | the optimizer was built before; or `require_grad`, a word Python does not know and does not mind | build it afterwards, or let the part join |
# | accuracy falls below that of the head alone, or to chance | the rate is too large for the stages | a lower rate for them; lesson 03 finds it |
# | accuracy sinks although "everything is frozen" | BatchNorm statistics move in training mode | your `freeze_batchnorm` |
# | the loss does not fall, the head included | the article's loop froze the head as well | name the head among the parts |
# | nothing is unfrozen on another architecture | other names: `features.denseblock4`, `blocks.6` | your `layer_names`, with more depth |
# | frozen weights move | they are in the optimizer, with an old gradient or one of zeros | only trainable parameters in the optimizer |
# | out of memory after unfreezing `conv1` | everything after the first trained layer has to be kept | begin at the end |
#
# ## Recap
#
# - Name what you train, the head included; everything else is frozen.
# - A frozen BatchNorm has to be frozen twice: its parameters, and its statistics.
# - The cost of a step depends on where the first trained layer stands. The last stages are cheap, and here they are enough.
# - Stages want a lower rate than a fresh head. Falling rates give them one without your having to find it.
# - Gradual unfreezing keeps what the optimizer knows. Whether it pays is a question of time: measure it.
#
# Next: the learning rate. You were handed 0.005 here. How would you find it?

# %% [markdown]
# **Reflection unfreeze.reflection** · 2 points · read by a person
#
# A colleague has 200 X-rays of each of four diseases, and a ResNet pretrained on ImageNet. Which parts would you train first, at
# which rates, and what would you do with the BatchNorms? Give the reason for each, and name one measurement from this lesson that
# would make you change your mind.

# %% [markdown] nbgrader={"grade": true, "grade_id": "unfreeze-reflection", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# *Marking scheme.* One point: parts and rates follow from how far the new pictures are from ImageNet (late stages first; more of the
# network than for flowers, because X-rays are farther away; lower rates towards the input) and from how few pictures there are
# (BatchNorm statistics frozen, or learnt with a reason such as larger batches). One point: a measurement that could
# refute it, such as what a linear classifier reads from each stage, validation accuracy against the head alone over several
# seeds, or accuracy after passes in training mode.
