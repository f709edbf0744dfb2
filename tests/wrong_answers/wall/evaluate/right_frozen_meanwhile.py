"""Parameters are frozen while measuring, and each gets its requires_grad back."""

from torch.nn import functional as F


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    model.eval().requires_grad_(False)
    loss = hits = pictures = 0
    for images, labels in batches:
        chances = model(images).log_softmax(dim=1)
        loss += F.nll_loss(chances, labels, reduction="sum").item()
        hits += chances.argmax(dim=1).eq(labels).sum().item()
        pictures += labels.numel()
    for parameter in learning:
        parameter.requires_grad_()
    for module, training in modes:
        module.training = training
    return loss / pictures, hits / pictures
