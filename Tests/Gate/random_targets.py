"""Targets drawn at random, of every kind that the list has: gate.py --random COUNT. None of them is called easy."""
import dataclasses
import random

import exact
from target_parts import FLOW, PROCESSES, VE, VP, Target, annealed, far_mode, guided, half_space, linear, mixture, product, program, rewarded

# Where an answer's routes would take long, or none applies, another target is drawn.
TRIES = 50


class Draw:
    """Random pieces of configs."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def between(self, low, high):
        return round(self.random.uniform(low, high), 3)

    def scale(self, low, high):
        """Uniform in the logarithm."""
        return round(low * (high / low) ** self.random.random(), 3)

    def process(self):
        return self.random.choice(list(PROCESSES.values()))

    def gaussian(self, d, low=0.4, high=1.6, reach=1.5):
        return {"kind": "gaussian", "mean": [self.between(-reach, reach) for _ in range(d)],
                "standard_deviation": [self.between(low, high) for _ in range(d)]}

    def mixture(self, d, count=None, low=0.3, high=1.2):
        count = count or self.random.randint(2, 4)
        raw = [self.random.uniform(0.1, 1) for _ in range(count)]
        weights = [round(w / sum(raw), 4) for w in raw]
        weights[0] = round(1 - sum(weights[1:]), 4)
        return mixture([[self.between(-3.5, 3.5) for _ in range(d)] for _ in range(count)], weights,
                       [self.between(low, high) for _ in range(count)])

    # ---- Kinds

    def annealed_gaussian(self):
        d = self.random.choice([1, 2, 3, 5, 8, 16, 32, 64])
        return annealed(self.gaussian(d), self.scale(0.3, 8), self.process())

    def annealed_mixture(self):
        d = self.random.choice([1, 1, 2, 2, 3, 4, 8])
        beta = self.scale(0.3, 8) if d <= 2 else self.random.choice([1, 2, 3, 4])
        return annealed(self.mixture(d), beta, self.process())

    def rare_mode(self):
        d = self.random.choice([1, 2, 3, 5, 8, 10, 14])
        model = far_mode(d, self.between(4, 9), self.scale(0.002, 0.1), self.scale(0.05, 0.7))
        return annealed(model, self.random.choice([2, 3, 4, 5]), self.process(), 10000)

    def product(self):
        d = self.random.choice([1, 2, 2, 4, 8, 16])
        names = "abcde"[:self.random.randint(2, 5 if d > 2 else 3)]
        models = {name: self.mixture(d) if d <= 4 and len(names) < 4 else self.gaussian(d, 0.7, 1.8) for name in names}
        return product({name: 1 for name in names}, models, self.process())

    def squared(self):
        d = self.random.choice([1, 2, 3])
        exponents = {"a": self.random.choice([2, 3]), "b": self.random.choice([1, 2])}
        return product(exponents, {"a": self.mixture(d, 3), "b": self.mixture(d, 2, 0.6, 1.5)}, self.process())

    def guided_gaussian(self):
        d = self.random.choice([1, 2, 4, 8, 20, 64])
        return guided(self.gaussian(d, 1.1, 1.7, 0.5), self.gaussian(d, 0.6, 1.05, 1.2), self.scale(1.2, 8), self.process())

    def guided_mixture(self):
        d = self.random.choice([1, 2])
        return guided(self.mixture(d, 2, 1.0, 1.4), self.mixture(d, 2, 0.5, 1.0), self.scale(1.2, 8), self.process())

    def maybe_improper(self):
        d = self.random.choice([1, 2, 8])
        if self.random.random() < 0.5:
            return guided(self.gaussian(d, 0.8, 1.2, 0.5), self.gaussian(d, 0.7, 1.4, 0.8), self.scale(1.5, 8), self.process())
        u = self.mixture(1, 2, 0.8, 1.1)
        c = self.mixture(1, 2, 0.6, 1.0)
        c["standard_deviations"][1] = self.between(1.0, 1.8)
        return guided(u, c, self.scale(1.5, 6), self.process())

    def moving(self):
        d = self.random.choice([1, 2, 4])
        model = self.mixture(d) if d <= 2 else self.gaussian(d)
        return {"particles": 2000, "process": self.process(), "models": {"a": model, "b": self.gaussian(d, 0.9, 2)},
                "target": {"log_linear": [{"model": "a", "exponent": {"from": self.between(0.5, 1), "to": self.random.choice([1, 2, 3])}},
                                          {"model": "b", "exponent": {"from": self.between(0, 1), "to": self.between(0, 1)}}]}}

    def posterior(self):
        d, parts = self.random.choice([1, 2, 4]), self.random.choice([5, 10, 30])
        models = {"prior": {"kind": "gaussian", "mean": [0.0] * d, "standard_deviation": 1.0}}
        truth, noise = [self.between(-1, 1) for _ in range(d)], self.between(0.8, 2)
        for i in range(parts):
            x = [t + self.random.gauss(0, noise) for t in truth]
            variance = 1 / (1 + noise**-2)
            models[f"part{i}"] = {"kind": "gaussian", "mean": [round(variance * v / noise**2, 6) for v in x],
                                  "standard_deviation": round(variance**0.5, 9)}
        return product({"prior": 1 - parts, **{f"part{i}": 1 for i in range(parts)}}, models, self.random.choice([VE, VP, FLOW]))

    def reward(self):
        d = self.random.choice([1, 2, 2, 4])
        model = self.random.choice([self.mixture, self.gaussian])(d)
        kind = self.random.choice(["linear", "scaled", "quadratic", "near", "inpainting", "measurement"])
        coefficients = [self.between(-1.2, 1.2) for _ in range(d)]
        reward = {
            "linear": linear(*coefficients),
            "scaled": {**linear(*coefficients), "scale": {"from": self.between(0, 0.6), "to": self.between(0.7, 1.8)}},
            "quadratic": {"kind": "quadratic", "center": [self.between(-1.5, 1.5) for _ in range(d)], "precision": self.scale(0.05, 20)},
            "near": {"kind": "near", "of": linear(*coefficients), "value": self.between(-1, 1), "standard_deviation": self.scale(0.1, 1)},
            "inpainting": {"kind": "inpainting", "indices": [0], "values": [self.between(-1, 1)], "standard_deviation": self.scale(0.05, 1)},
            "measurement": {"kind": "measurement", "matrix": [coefficients], "observation": [self.between(-1, 1)],
                            "standard_deviation": self.scale(0.05, 1)},
        }[kind]
        return self._at(model, reward)

    def half_space(self):
        d = self.random.choice([1, 1, 2, 4])
        model = self.random.choice([self.mixture, self.gaussian])(d)
        coefficients = [self.between(-1, 1) or 1.0 for _ in range(d)]
        width = self.scale(1e-5, 0.5) or 1e-5
        if d == 2 and self.random.random() < 0.3:
            box = [half_space([1.0, 0.0], self.between(-2, 1), width), half_space([0.0, 1.0], self.between(-1, 2), -width)]
            return self._at(model, {"kind": "all_of", "rewards": box})
        return self._at(model, half_space(coefficients, self.between(-1, 2.5), self.random.choice([1, -1]) * width))

    def _at(self, model, reward):
        denoised = self.random.choice([None, self.between(0.8, 2.5)])
        return rewarded(model, reward, self.process(), denoised=denoised)


KINDS = [Draw.annealed_gaussian, Draw.annealed_mixture, Draw.rare_mode, Draw.product, Draw.squared, Draw.guided_gaussian, Draw.guided_mixture,
         Draw.maybe_improper, Draw.moving, Draw.posterior, Draw.reward, Draw.half_space]


def by_scores_alone(target):
    """The same target with models that tell nothing but their scores."""
    models = {name: program(model) for name, model in target.config["models"].items()}
    return dataclasses.replace(target, name=f"scores-{target.name}", config={**target.config, "models": models}, twin=target.config,
                               may_doubt=True)


def drawn(count, seed):
    """So many targets, the kinds in turn."""
    draw, found = Draw(seed), []
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        for _ in range(TRIES):
            config = kind(draw)
            try:
                exact.answer(config)
                improper = False
            except exact.Improper:
                improper = True
            except exact.NotApplicable:
                continue
            found.append(Target(f"{kind.__name__}-{seed}-{index}", kind.__name__, False, config, improper=improper))
            break
    return sorted(found, key=lambda target: target.kind)
