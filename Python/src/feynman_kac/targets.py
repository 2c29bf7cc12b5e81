"""Targets: what is sampled, composed of models."""

from __future__ import annotations

import dataclasses
import numbers
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeGuard

if TYPE_CHECKING:
    from .rewards import AnyReward

Exponent = float | tuple[float, float]
"""A number, or a pair of what it is at the noise and at the data, linear in log v between."""

Place = Literal["ahead", "denoised", "state"]
"""Where along the path a reward is taken; the target is the same."""


class Composable(ABC):
    """A model, as operators see it.

    ``q ** 2`` is q^2 (`annealed`), ``q * p`` and ``q / p`` are products (`product`), and ``0.5 * q + 1.5 * p`` has log density
    0.5 log q + 1.5 log p (`log_linear`): numbers stand before log densities there, so ``q + p`` without numbers is refused.
    """

    name: str

    @abstractmethod
    def configuration(self) -> dict[str, Any]:
        """The model as a config has it."""

    def __rmul__(self, exponent: float) -> Target:
        return log_linear((self, _exponent(exponent)))

    def __mul__(self, other: Composable | Target | float) -> Target:
        if isinstance(other, (Composable, Target)):
            return as_product(self) * other
        return log_linear((self, _exponent(other)))

    def __truediv__(self, other: Composable | Target) -> Target:
        return as_product(self) / other

    def __pow__(self, exponent: Exponent) -> Target:
        return annealed(self, exponent)

    def __add__(self, other: object) -> NoReturn:
        raise TypeError("a sum takes numbers, which stand before log densities: 1.0 * q + 1.0 * p; the product of densities is q * p")

    def tilted(self, by: AnyReward, *, scale: Exponent | None = None, at: Place | None = None) -> Target:
        """The model's density times e^(scale r): see `Target.tilted`."""
        return as_target(self).tilted(by, scale=scale, at=at)


Kind = Literal["annealed", "product", "guided", "log_linear"]


@dataclasses.dataclass(frozen=True, eq=False)
class Target:
    """A density composed of models' densities, the product of their powers, times e^(scale r) where it is tilted by a reward r.

    `annealed`, `product`, `guided`, `log_linear` and the operators of models make targets.

    >>> import feynman_kac as fk
    >>> q, p = fk.Gaussian([0.0], 1.0, name="q"), fk.Gaussian([1.0], 1.0, name="p")
    >>> 0.5 * q + 1.5 * p
    Target(log_linear: q^0.5 p^1.5)
    >>> q * p ** 2
    Target(product: q^1.0 p^2.0)
    """

    kind: Kind
    terms: tuple[tuple[Composable, Exponent], ...]
    reward: AnyReward | None = None
    reward_settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def tilted(self, by: AnyReward, *, scale: Exponent | None = None, at: Place | None = None, **settings: Any) -> Target:
        """This density times e^(scale r).

        Args:
            by: The reward r, in nats: a function of x [n, d] that answers [n], a `Reward`, one of `rewards`, or a config's mapping.
            scale: The factor of r over the path; a number, or a pair of what it is at the noise and at the data.
            at: Where along the path the reward is taken; ``"ahead"`` by default.
            settings: Further keys of ``target.reward``, such as ``jacobian``.

        >>> import feynman_kac as fk
        >>> fk.Gaussian([0.0], 1.0, name="q").tilted(by=fk.rewards.Linear([0.3]))
        Target(annealed: q^1.0 e^Linear)
        """
        if self.reward is not None:
            raise TypeError("the target has a reward already; rewards.WeightedSum adds rewards")
        chosen = {"scale": None if scale is None else exponent_configuration(scale), "at": at, **settings}
        return dataclasses.replace(self, reward=by, reward_settings={key: value for key, value in chosen.items() if value is not None})

    @property
    def models(self) -> tuple[Composable, ...]:
        """The models, each once, in the order of the terms."""
        return tuple({id(model): model for model, _ in self.terms}.values())

    def configuration(self, names: Mapping[int, str]) -> dict[str, Any]:
        """The composition as a config has it, without the reward.

        Args:
            names: The name of each model by its ``id``.
        """
        terms = [(names[id(model)], exponent_configuration(exponent)) for model, exponent in self.terms]
        if self.kind == "annealed":
            return {"annealed": {"model": terms[0][0], "inverse_temperature": terms[0][1]}}
        if self.kind == "product":
            return {"product": dict(terms)}
        if self.kind == "guided":
            return {"guided": {"unconditional": terms[0][0], "conditional": terms[1][0], "scale": terms[1][1], **self.settings}}
        return {"log_linear": [{"model": name, "exponent": exponent} for name, exponent in terms]}

    def __mul__(self, other: Composable | Target) -> Target:
        return _multiplied(self, other, 1)

    def __truediv__(self, other: Composable | Target) -> Target:
        return _multiplied(self, other, -1)

    def __add__(self, other: object) -> Target:
        if isinstance(other, Target) and self.kind == other.kind == "log_linear":
            return dataclasses.replace(_untilted(self), terms=self.terms + _untilted(other).terms)
        raise TypeError("a sum takes numbers, which stand before log densities: 1.0 * q + 1.0 * p; the product of densities is q * p")

    def __repr__(self) -> str:
        powers = " ".join(f"{model.name}^{_shown(exponent)}" for model, exponent in self.terms)
        tilt = "" if self.reward is None else " e^" + getattr(self.reward, "__name__", type(self.reward).__name__)
        return f"Target({self.kind}: {powers}{tilt})"


def annealed(model: Composable, inverse_temperature: Exponent) -> Target:
    """q^beta: colder than the model above 1, hotter below.

    Args:
        model: q.
        inverse_temperature: beta, above 0; a pair is what it is at the noise and at the data.

    >>> import feynman_kac as fk
    >>> fk.annealed(fk.Gaussian([0.0], 1.0, name="q"), 2.0)
    Target(annealed: q^2.0)
    """
    return Target("annealed", ((_model(model), _exponent(inverse_temperature)),))


def product(*factors: Composable | Target | tuple[Composable, float]) -> Target:
    """The product of densities.

    Args:
        factors: Models, powers of models such as ``q ** 2``, or pairs of a model and its exponent.

    >>> import feynman_kac as fk
    >>> q, p = fk.Gaussian([0.0], 1.0, name="q"), fk.Gaussian([1.0], 1.0, name="p")
    >>> fk.product(q, (p, 0.5))
    Target(product: q^1.0 p^0.5)
    """
    if not factors:
        raise TypeError("a product has at least one factor")
    result: Target | None = None
    for factor in factors:
        part = Target("product", (_term(factor),)) if isinstance(factor, tuple) else as_product(factor)
        result = part if result is None else result * part
    assert result is not None
    return result


def guided(
    unconditional: Composable,
    conditional: Composable,
    scale: Exponent,
    *,
    projection: Mapping[str, float] | None = None,
    alignment_threshold: float | None = None,
) -> Target:
    """Classifier-free guidance as a geometric average: unconditional^(1-scale) conditional^scale.

    Args:
        unconditional: The model without the condition.
        conditional: The model with it; by `Model.conditioned` both are asked in one call.
        scale: w, above 1 for guidance; a pair is what it is at the noise and at the data.
        projection: Adaptive projected guidance, by the keys of ``target.guided.projection``; not with the correction feynman-kac.
        alignment_threshold: The mean cosine of both branches' scores above which the unconditional one is asked no more.

    >>> import feynman_kac as fk
    >>> u, c = fk.Gaussian([0.0], 2.0, name="u"), fk.Gaussian([1.0], 1.0, name="c")
    >>> fk.guided(u, c, scale=3.0)
    Target(guided: u^-2.0 c^3.0)
    """
    w = _exponent(scale)
    rest: Exponent = (1 - w[0], 1 - w[1]) if isinstance(w, tuple) else 1 - w
    further = {"projection": projection, "alignment_threshold": alignment_threshold}
    settings = {key: value for key, value in further.items() if value is not None}
    return Target("guided", ((_model(unconditional), rest), (_model(conditional), w)), settings=settings)


def log_linear(*terms: tuple[Composable, Exponent]) -> Target:
    """The density whose log is the sum of exponent times log density.

    Args:
        terms: Pairs of a model and its exponent; an exponent that is a pair is what it is at the noise and at the data.

    >>> import feynman_kac as fk
    >>> fk.log_linear((fk.Gaussian([0.0], 1.0, name="q"), (1.0, 2.0)))
    Target(log_linear: q^1.0..2.0)
    """
    if not terms:
        raise TypeError("a composition has at least one term")
    return Target("log_linear", tuple(_term(term) for term in terms))


def as_target(target: Composable | Target) -> Target:
    """A target; a model alone is itself, to the power 1."""
    if isinstance(target, Target):
        return target
    return annealed(target, 1.0)


def as_product(target: Composable | Target) -> Target:
    """The target as a product, which powers and products are; sums of numbers before log densities are refused, as their meaning could be doubted."""
    if isinstance(target, Composable):
        return Target("product", ((target, 1.0),))
    if isinstance(target, Target) and target.kind in ("annealed", "product"):
        return dataclasses.replace(_untilted(target), kind="product")
    raise TypeError(f"a product has models and powers of models as factors, such as q * p ** 2; found {target!r}")


def exponent_configuration(exponent: Exponent) -> float | dict[str, float]:
    """An exponent as a config has it."""
    return {"from": exponent[0], "to": exponent[1]} if isinstance(exponent, tuple) else exponent


def _multiplied(one: Target, other: Composable | Target, sign: int) -> Target:
    exponents: dict[int, tuple[Composable, float]] = {}
    for target, factor in ((as_product(one), 1), (as_product(other), sign)):
        for model, exponent in target.terms:
            if isinstance(exponent, tuple):
                raise TypeError("exponents that change along the path stand in log_linear, not in products")
            before = exponents.get(id(model), (model, 0.0))[1]
            exponents[id(model)] = (model, before + factor * exponent)
    return Target("product", tuple(exponents.values()))


def _untilted(target: Target) -> Target:
    if target.reward is not None:
        raise TypeError("a target with a reward is whole: compose the models first, and tilt last")
    return target


def _term(term: object) -> tuple[Composable, Exponent]:
    if not isinstance(term, (tuple, list)) or len(term) != 2:
        raise TypeError(f"a term is a pair of a model and its exponent; found {term!r}")
    return _model(term[0]), _exponent(term[1])


def _model(model: object) -> Composable:
    if isinstance(model, Composable):
        return model
    raise TypeError(f"a target is composed of models, such as fk.Model(function, dimensions=2); found {model!r}")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _exponent(value: object) -> Exponent:
    if _is_number(value):
        return float(value)
    if isinstance(value, (tuple, list)) and len(value) == 2 and all(_is_number(end) for end in value):
        return float(value[0]), float(value[1])
    raise TypeError(f"an exponent is a number, or a pair of what it is at the noise and at the data; found {value!r}")


def _shown(exponent: Exponent) -> str:
    return f"{exponent[0]}..{exponent[1]}" if isinstance(exponent, tuple) else f"{exponent}"


AnyTarget = Composable | Target
"""A target, or a model that is sampled as it is."""

RewardFunction = Callable[[Any], Any]
"""A reward as a function: x [n, d] in, r(x) [n] in nats out."""
