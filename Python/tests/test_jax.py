"""Functions of JAX arrays as models and rewards, against closed forms."""

from __future__ import annotations

import feynman_kac as fk
import gaussian_answers as exact
import numpy as np
import pytest

jax = pytest.importorskip("jax")
import feynman_kac.jax
import jax.numpy as jnp


def preserving(t):
    return exact.variance_preserving(t, jnp.exp, lambda x: jnp.sqrt(jnp.maximum(x, 1e-12)))


def perfect(prediction, levels=preserving):
    """A perfect network in float32, which the noise's second argument alone tells its place."""

    def function(x, time):
        signal, noise = (column.reshape(-1, *[1] * (x.ndim - 1)) for column in levels(time))
        beta = 0.1 + 19.9 * time.reshape(signal.shape)
        return exact.answer(prediction, x, signal, noise, -0.5 * beta * signal, 0.5 * beta * signal**2 / noise)

    return function


def ask(model, x, point, *conditions):
    return np.asarray(model.function.function(x, point, *conditions))


@pytest.mark.parametrize("time", ["time", "timestep", "noise"])
@pytest.mark.parametrize("prediction", ["score", "epsilon", "x0", "v", "velocity"])
def test_every_prediction_under_every_time_is_the_closed_form(prediction, time):
    """Seen to catch: timesteps times K instead of K - 1."""
    levels = {"time": preserving, "timestep": lambda k: preserving(k / 499), "noise": lambda sigma: (jnp.sqrt(1 - sigma**2), sigma)}[time]
    if prediction == "velocity" and time != "time":
        pytest.skip("the velocity's rates are functions of t")
    model = fk.jax.model(perfect(prediction, levels), dimensions=3, prediction=prediction, time=time, timesteps=500)
    # alpha from sigma loses its digits in float32 where alpha is small.
    for point in exact.points("preserving")[1 : 3 if time == "noise" else 4]:
        x = exact.states(point)
        expected = exact.answer(prediction, x.astype(float), point.signal, point.noise, *exact.rates("preserving", point))
        # float32 throughout, and 1 - alpha^2 loses a digit at t = 0.1.
        np.testing.assert_allclose(ask(model, x, point), expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("direction", ["data-first", "noise-first"])
def test_flows_run_either_way(direction):
    """Seen to catch: the sign of the velocity left as it is."""
    turned = direction == "noise-first"

    def velocity(x, t):
        time = (1 - t if turned else t)[:, None]
        result = exact.answer("velocity", x, 1 - time, time, -1.0, 1.0)
        return -result if turned else result

    model = fk.jax.model(velocity, fk.FlowMatching(), dimensions=2, prediction="velocity", time_direction=direction)
    for point in exact.points("flow")[1:]:
        x = exact.states(point, shape=(2,))
        np.testing.assert_allclose(ask(model, x, point), exact.answer("velocity", x.astype(float), 1 - point.time, point.time, -1, 1), rtol=1e-5, atol=1e-5)
    exact.check_log_normalizer(model, fk.FlowMatching())


def test_edm_gets_scaled_states_and_quarter_logarithms():
    """Seen to catch: a state that went in without its scale."""

    def raw(scaled, c_noise):
        sigma = jnp.exp(4 * c_noise)[:, None]
        return exact.answer("edm", scaled * jnp.sqrt(sigma**2 + exact.SIGMA_DATA**2), jnp.ones_like(sigma), sigma)

    model = fk.jax.model(raw, dimensions=3, prediction="edm", data_standard_deviation=exact.SIGMA_DATA)
    for point in exact.points("exploding")[1:]:
        x = exact.states(point)
        # F is a small difference of large numbers where sigma is small.
        np.testing.assert_allclose(ask(model, x, point), exact.answer("edm", x.astype(float), 1.0, point.noise), atol=1e-5 + 1e-6 / point.noise, rtol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"jit": False}, {"vmap": True}, {"shape": (3, 1)}, {"batch_rows": 300}])
def test_log_normalizers_are_exact(settings):
    function = perfect("epsilon")
    if settings.get("vmap"):
        batched, function = function, lambda x, t: batched(x[None], t[None])[0]
    model = fk.jax.model(function, fk.VariancePreserving(), **{"dimensions": 3, **settings})
    result = exact.check_log_normalizer(model, fk.VariancePreserving())
    assert result.samples.shape == (2000, *settings.get("shape", (3,)))


def test_nothing_is_compiled_anew_for_a_size_that_is_close_to_another():
    """A function is traced once for a shape. Seen to catch: padding taken out."""
    traced = []

    def function(x, time):
        traced.append(x.shape)
        return -x

    model = fk.jax.model(function, dimensions=3, prediction="score")
    for rows in (897, 1000, 1024, 950, 1000):
        x = exact.states(exact.points("preserving")[1], rows)
        np.testing.assert_array_equal(ask(model, x, exact.points("preserving")[rows % 4]), -x)
    assert traced == [(1024, 3)]
    result = fk.sample(model**2, process=fk.VariancePreserving(), particles=1000, steps=30, minimum_noise_level=1e-4)
    assert np.isfinite(result.samples).all() and len(traced) <= 6, traced


def test_sizes_grow_by_a_quarter_at_most():
    sizes = [fk.jax.padded(rows) for rows in range(1, 5000)]
    assert all(rows <= size <= 1.25 * rows for rows, size in enumerate(sizes, 1))
    assert len(set(sizes)) < 4 * 13


@pytest.mark.parametrize("vmap", [False, True])
def test_classes_parameters_and_stacked_calls(vmap):
    """Seen to catch: labels repeated state by state instead of one below the other."""
    shapes = []

    def function(parameters, x, time, label):
        shapes.append(x.shape)
        return parameters["scale"] * (x - (label if vmap else label[:, None]))

    model = fk.jax.model(function, dimensions=3, parameters={"scale": jnp.float32(-1)}, classes=5, prediction="score", vmap=vmap)
    point = exact.points("preserving")[1]
    x = exact.states(point, 50)
    both = ask(model, x, point, np.array([-1, 2]))
    np.testing.assert_array_equal(both, np.stack([5 - x, 2 - x]))
    assert shapes == [(3,) if vmap else (112, 3)]
    numbers = fk.jax.model(lambda x, t, c: x * c[:, :1], dimensions=3, conditions=2, null=[0.0, 0.0], batch_rows=20)
    np.testing.assert_array_equal(ask(numbers, x, point, np.array([[2, 9], [np.nan, np.nan]], np.float32)), np.stack([2 * x, 0 * x]))


def test_exceptions_travel_out_with_a_note():
    class Trouble(Exception):
        pass

    def failing(x, time):
        raise Trouble("never")

    with pytest.raises(Trouble, match="never") as caught:
        fk.sample(fk.jax.model(failing, dimensions=3) ** 2, process=fk.VariancePreserving(), particles=100, steps=10)
    assert "failing, asked at t = " in "\n".join(getattr(caught.value, "__notes__", ["failing, asked at t = "]))
    with pytest.raises(ValueError, match=r"answered shape \[64, 2\] for states of shape \[64, 3\]"):
        ask(fk.jax.model(lambda x, t: x[:, :2], dimensions=3), exact.states(exact.points("preserving")[1]), exact.points("preserving")[1])


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("vmap", [True, False])
def test_rewards_have_the_analytic_gradient(vmap, jit):
    """Seen to catch: values of the padded rows handed out too."""
    c = jnp.array([0.3, -1.0, 2.0])
    x = exact.states(exact.points("preserving")[1], 50)
    for rows in (None, 7):
        reward = fk.jax.reward(lambda x: -(x**4).sum(-1) / 4 + x @ c, vmap=vmap, jit=jit, batch_rows=rows)
        values, slope = reward.function(x)
        assert values.dtype == np.float64 and slope.dtype == np.float32
        np.testing.assert_allclose(values, -(x.astype(float) ** 4).sum(1) / 4 + x @ np.asarray(c), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(slope, -(x**3) + np.asarray(c), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(fk.jax.reward(lambda x: jnp.sign(x).sum(-1), vmap=vmap, jit=jit, gradient=False).function(x), np.sign(x).sum(1))
    with pytest.raises(ValueError, match="one number a row"):
        fk.jax.reward(lambda x: x, vmap=vmap, jit=jit).function(x)


@pytest.mark.parametrize("gradient", [True, False])
def test_rewards_tilt_to_the_exact_log_normalizer(gradient):
    """E e^<c, x> = e^(<c, mean> + s^2 |c|^2 / 2)."""
    c = jnp.array([0.5, -0.5, 0.3])
    model = fk.jax.model(perfect("epsilon"), fk.VariancePreserving(), dimensions=3, data_standard_deviation=exact.SPREAD)
    reward = fk.jax.reward(lambda x: x @ c, gradient=gradient)
    result = fk.sample(model, reward=reward, process=fk.VariancePreserving(), particles=4000, islands=8, steps=100, seed=5, minimum_noise_level=1e-4)
    # A false alarm once in 10,000 seeds: a t distribution of 7 degrees beyond 7 of its standard errors; and 0.01 for the step size.
    expected = exact.MEAN * 0.3 + exact.SPREAD**2 * 0.59 / 2
    assert abs(result.log_normalizer.value - expected) < 0.01 + 7 * result.log_normalizer.standard_error
