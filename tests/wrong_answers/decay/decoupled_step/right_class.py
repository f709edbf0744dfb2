"""A class with a method for each part, called like a function."""


class Step:
    def __call__(
        self, weight, gradient, mean, square, step, lr, weight_decay, betas=None, eps=1e-8
    ):
        first, second = betas or (0.9, 0.999)
        mean = self.mix(mean, gradient, first)
        square = self.mix(square, gradient * gradient, second)
        move = mean / (1 - first**step) / ((square / (1 - second**step)) ** 0.5 + eps)
        return self.shrink(weight, lr * weight_decay) - lr * move, mean, square

    @staticmethod
    def mix(old, new, share):
        return share * old + (1 - share) * new

    @staticmethod
    def shrink(weight, share):
        return (1 - share) * weight


decoupled_step = Step()
