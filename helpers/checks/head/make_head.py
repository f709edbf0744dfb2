"""Exercise head.make_head: the article's ClassifierNew, from its parts."""

from typing import ClassVar

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.head.make_head_judge import judge_head
from helpers.checks.head.make_head_probe import Case, draw_case, observe_head


class MakeHead(Exercise):
    """make_head(in_features, hidden, classes, dropout) -> a module: feature maps -> logits."""

    id = "head.make_head"
    parameters = ("in_features=2208", "hidden=1024", "classes=102", "dropout=0.35")
    own_versions = (
        "helpers.models.concat_head",
        "helpers.explore.head_runs.Parts.build",
    )
    checked = (
        "the layers of the article in their order, by what they compute in evaluation mode; the "
        "dropout in training mode; maps in either memory format; the article's sizes as defaults"
    )
    mistakes: ClassVar = {
        "not-a-module": Mistake(
            "Your function should give a module, which takes feature maps when it is called.",
            "the return line",
        ),
        "forward-missing": Mistake(
            "Your module has no forward method, so nothing happens when it is called.",
            "the name of the method, and its indentation",
        ),
        "pool-missing": Mistake(
            "Your head does not pool: its first layer gets {story} numbers for every picture, or "
            "the maps as they are.",
            "what comes before the first BatchNorm; feature maps come with a height and a width",
        ),
        "not-flattened": Mistake(
            "After pooling your maps are still maps, of one by one.",
            "what makes [B, 2C] of [B, 2C, 1, 1]",
        ),
        "batch-flattened": Mistake(
            "Your flattening takes the batch with it.", "from which dimension on you flatten"
        ),
        "not-doubled": Mistake(
            "Two poolings give twice as many features, but the next layer expects {story}.",
            "the sizes of the first BatchNorm and the first linear layer",
        ),
        "one-pool": Mistake(
            "There is only one pooling: the first layer gets {story} features. It should get twice "
            "as many.",
            "average and maximum, one behind the other",
        ),
        "head-fails": Mistake(
            "Your head stops with an error when it is given feature maps.",
            "the shape after each of your layers, one by one",
        ),
        "layers-hidden": Mistake(
            "There are layers that your module does not know of: their weights are not among its "
            "parameters, so no optimizer would train them.",
            "layers in a plain list or dict, or made in forward: where a module keeps its parts",
        ),
        "layers-unseen": Mistake(
            "The check cannot look into your module: torch.jit has compiled it.",
            "where your function compiles the module: give it as it is",
        ),
        "hidden-and-classes-swapped": Mistake(
            "The hidden layer has as many features as there are classes, and the other way round.",
            "the order of the arguments",
        ),
        "one-linear": Mistake(
            "There is only one linear layer.", "the hidden layer between features and classes"
        ),
        "hard-coded-sizes": Mistake(
            "The sizes of the article are written into your function, whatever is asked for.",
            "where the arguments are used",
        ),
        "other-layers": Mistake(
            "The linear layers are not those of the task.", "the sizes of your linear layers"
        ),
        "other-norm": Mistake(
            "There is another norm than BatchNorm: {story}.", "the names of your layers"
        ),
        "norm-missing": Mistake("BatchNorm is missing {story}.", "the list of layers in the task"),
        "norm-without-weights": Mistake(
            "A BatchNorm of yours has no scale and shift to learn.", "its argument affine"
        ),
        "norm-shared": Mistake(
            "The averages and the maxima share one BatchNorm. They are different features, and "
            "its statistics become a mixture of both.",
            "how many features the first BatchNorm is for",
        ),
        "batch-statistics": Mistake(
            "In evaluation mode your BatchNorm still uses the statistics of the batch.",
            "what its arguments say about running statistics, and about training",
        ),
        "dropout-in-evaluation": Mistake(
            "In evaluation mode your head gives other logits each time: dropout goes on.",
            "how a function, unlike a layer, learns that training is over",
        ),
        "softmax-at-the-end": Mistake(
            "Your head ends with a softmax. CrossEntropyLoss has one of its own: twice is too "
            "often, and the loss cannot come near zero.",
            "the last layer",
        ),
        "softmax-over-batch": Mistake(
            "Your head ends with a softmax over the batch: a picture's logits depend on the "
            "pictures beside it. There should be none at all.",
            "the last layer",
        ),
        "log-softmax-at-the-end": Mistake(
            "Your head ends with a log-softmax. Logits are asked for: the loss does the rest.",
            "the last layer",
        ),
        "sigmoid-at-the-end": Mistake(
            "Your head ends with a sigmoid. Logits are asked for: the loss does the rest.",
            "the last layer",
        ),
        "relu-at-the-end": Mistake(
            "Your head ends with a ReLU: no logit can be below zero.", "the last layer"
        ),
        "norm-before-relu": Mistake(
            "The second BatchNorm comes before the ReLU. In the article it comes after it.",
            "the order of the layers between the two linear ones",
        ),
        "relu-missing": Mistake(
            "There is no ReLU between the linear layers. Without it the two are no more than one.",
            "what comes after the first linear layer",
        ),
        "maximum-first": Mistake(
            "The maxima come first. In the article the averages do.", "your pooling"
        ),
        "sum-not-average": Mistake(
            "Your averages are sums: they grow with the size of the maps.", "your pooling"
        ),
        "same-pool-twice": Mistake(
            "Your head has the same pooling twice. Two kinds are asked for.", "your pooling"
        ),
        "other-activation": Mistake(
            "Between the linear layers there is another activation than ReLU: {story}.",
            "what comes after the first linear layer",
        ),
        "wrong-value": Mistake(
            "Your head does not compute what the layers of the task compute.",
            "the order of the layers",
        ),
        "dropout-missing": Mistake("Dropout is missing {story}.", "the list of layers in the task"),
        "dropout-before-norm": Mistake(
            "Dropout comes before a BatchNorm, which then measures statistics that evaluation mode "
            "does not have.",
            "the order of BatchNorm and Dropout",
        ),
        "dropout-at-the-end": Mistake(
            "There is a dropout after the last layer: whole logits are set to zero.",
            "the last layer",
        ),
        "dropout-inverted": Mistake(
            "Your dropout keeps what it should drop: {story} of the features are zero.",
            "what the argument of Dropout stands for",
        ),
        "dropout-hard-coded": Mistake(
            "The rate of your dropout is the same, whatever is asked for: {story}.",
            "where the argument dropout is used",
        ),
        "other-dropout": Mistake(
            "Your dropout is of another kind: {story}. What is asked for sets single features to "
            "zero.",
            "the name of the layer",
        ),
        "wrong-dropout": Mistake(
            "Your dropout drops another share than asked for: {story}.",
            "the argument of both Dropout layers",
        ),
        "one-picture-fails": Mistake(
            "In evaluation mode your head does not take a batch of one picture as it takes others.",
            "what squeeze does with every dimension of size 1, the batch's among them",
        ),
        "view-fails": Mistake(
            "Your head stops with an error where the channels are last in memory.",
            "view cannot always join dimensions; another method can",
        ),
        "defaults-missing": Mistake(
            "Your function cannot be called without arguments.", "the first line of your function"
        ),
        "wrong-defaults": Mistake(
            "The defaults are not the article's: {story}.", "the first line of your function"
        ),
    }

    def inputs(self, seed: int) -> Case:
        return draw_case(rng(seed, self.id))

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return observe_head(answer, self.inputs(seed), seed)

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        return judge_head(self, evidence, self.inputs(seed))
