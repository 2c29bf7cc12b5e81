"""PyTorch modules as models and rewards, against closed forms."""

from __future__ import annotations

import pickle

import feynman_kac as fk
import gaussian_answers as exact
import numpy as np
import pytest

torch = pytest.importorskip("torch")
import feynman_kac.torch


class Answers(torch.nn.Module):
    """A perfect network that knows its place on the path by its second argument alone."""

    def __init__(self, prediction, levels, kind="preserving"):
        super().__init__()
        self.prediction, self.levels, self.kind = prediction, levels, kind
        # A parameter, so that there is a device and a dtype; float32 as trained networks have.
        self.one = torch.nn.Parameter(torch.ones(()))
        self.calls = []

    def forward(self, x, time):
        self.calls.append((tuple(x.shape), tuple(time.shape)))
        signal, noise, *rates = (column.reshape(-1, *[1] * (x.dim() - 1)) for column in self.levels(time.double()))
        return (exact.answer(self.prediction, x.double(), signal, noise, *rates) * self.one).float()


def preserving(t):
    signal, noise = exact.variance_preserving(t, torch.exp, torch.sqrt)
    beta = 0.1 + 19.9 * t
    return signal, noise, -0.5 * beta * signal, 0.5 * beta * signal**2 / noise


def flow(t):
    return 1 - t, t, -torch.ones_like(t), torch.ones_like(t)


def ask(model, x, point, *conditions):
    return np.asarray(model.function.function(x, point, *conditions))


TIMES = {
    "time": (preserving, {}),
    "timestep": (lambda k: preserving(k / 499), {"timesteps": 500}),
    "noise": (lambda sigma: (torch.sqrt(1 - sigma**2), sigma), {}),
}


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("prediction", ["score", "epsilon", "x0", "v", "velocity"])
def test_every_prediction_under_every_time_is_the_closed_form(prediction, time):
    """Seen to catch: timesteps times K instead of K - 1."""
    if prediction == "velocity" and time == "noise":
        pytest.skip("the velocity's rates are functions of t")
    levels, settings = TIMES[time]
    model = fk.torch.model(Answers(prediction, levels).eval(), dimensions=3, prediction=prediction, time=time, **settings)
    assert model.prediction == prediction
    for point in exact.points("preserving"):
        x = exact.states(point)
        expected = exact.answer(prediction, x.astype(float), point.signal, point.noise, *exact.rates("preserving", point))
        # float32 times resolve t near 0 to one part in 1e5 or so.
        np.testing.assert_allclose(ask(model, x, point), expected, rtol=2e-5, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("direction", ["data-first", "noise-first"])
@pytest.mark.parametrize("prediction", ["velocity", "epsilon", "x0"])
def test_flows_run_either_way(prediction, direction):
    """A network with t' = 0 at the noise gets 1 - t, and its velocity is that against time. Seen to catch: the sign left as it is."""
    turned = direction == "noise-first"

    def levels(t):
        signal, noise, *rates = flow(1 - t if turned else t)
        return (signal, noise, *(-rate if turned else rate for rate in rates))

    model = fk.torch.model(Answers(prediction, levels, "flow").eval(), dimensions=3, prediction=prediction, time_direction=direction)
    for point in exact.points("flow"):
        x = exact.states(point)
        expected = exact.answer(prediction, x.astype(float), point.signal, point.noise, -1.0, 1.0)
        np.testing.assert_allclose(ask(model, x, point), expected, rtol=1e-4 if point.time < 0.01 else 1e-5, atol=1e-5)


def test_edm_gets_scaled_states_and_quarter_logarithms():
    """F of Karras et al. 2022 gets c_in x and log(sigma)/4. Seen to catch: sigma^2 + s for sigma^2 + s^2."""

    def raw(scaled, c_noise):
        sigma = torch.exp(4 * c_noise.double())[:, None]
        x = scaled.double() * torch.sqrt(sigma**2 + exact.SIGMA_DATA**2)
        return exact.answer("edm", x, torch.ones_like(sigma), sigma).float()

    model = fk.torch.model(raw, dimensions=3, prediction="edm", data_standard_deviation=exact.SIGMA_DATA)
    for point in exact.points("exploding"):
        x = exact.states(point)
        expected = exact.answer("edm", x.astype(float), 1.0, point.noise)
        # F is a small difference of large numbers where sigma is small: float32 inputs leave 1e-7 s/sigma of it.
        np.testing.assert_allclose(ask(model, x, point), expected, rtol=1e-5, atol=1e-5 + 3e-7 / point.noise)
    exact.check_log_normalizer(model, fk.VarianceExploding())


def test_functions_of_the_point_are_times_and_scales():
    seen = []

    def module(x, time):
        seen.append((x, time))
        return -x

    x, point = exact.states(exact.points("exploding")[2]), exact.points("exploding")[2]
    model = fk.torch.model(module, dimensions=3, time=lambda point: 2 * point.noise, scaling=lambda point: 1 / point.noise)
    ask(model, x, point)
    np.testing.assert_allclose(seen[-1][1], np.full(64, 2 * point.noise), rtol=1e-6)
    np.testing.assert_allclose(seen[-1][0], x / point.noise, rtol=1e-6)
    # A tensor is passed as it is, for networks that want [n, 1] or one number.
    ask(fk.torch.model(module, dimensions=3, time=lambda point: torch.tensor([[point.level]])), x, point)
    assert seen[-1][1].shape == (1, 1)


@pytest.mark.parametrize("prediction", ["score", "epsilon", "x0", "v", "velocity"])
def test_log_normalizers_are_exact_under_every_prediction(prediction):
    """Seen to catch: a prediction that was not handed on."""
    model = fk.torch.model(Answers(prediction, preserving).eval(), fk.VariancePreserving(), dimensions=3, prediction=prediction)
    exact.check_log_normalizer(model, fk.VariancePreserving())
    # Asked under another process than the run's, at its own time.
    exact.check_log_normalizer(model, fk.VarianceExploding(sigma_max=50))


@pytest.mark.parametrize("direction", ["data-first", "noise-first"])
def test_log_normalizers_of_flows_are_exact_either_way(direction):
    turned = direction == "noise-first"

    def velocity(x, t):
        time = (1 - t if turned else t).double()[:, None]
        result = exact.answer("velocity", x.double(), 1 - time, time, -1.0, 1.0).float()
        return -result if turned else result

    model = fk.torch.model(velocity, fk.FlowMatching(), dimensions=2, prediction="velocity", time_direction=direction)
    exact.check_log_normalizer(model, fk.FlowMatching())


def test_states_have_their_shape_and_the_engine_asks_for_all_at_once():
    module = Answers("epsilon", preserving).eval()
    model = fk.torch.model(module, fk.VariancePreserving(), shape=(1, 2, 3))
    result = exact.check_log_normalizer(model, fk.VariancePreserving(), islands=1, step_size_error="none", plain_samples="none")
    assert result.samples.shape == (2000, 1, 2, 3)
    sizes = {shape for shape, _ in module.calls}
    assert {shape[1:] for shape in sizes} == {(1, 2, 3)}
    # Steps ask for all particles; the others are fits before them.
    assert sum(shape[0] == 2000 for shape, _ in module.calls) == 101 and len(module.calls) < 115


def test_batch_rows_bound_a_call():
    module = Answers("epsilon", preserving).eval()
    model = fk.torch.model(module, fk.VariancePreserving(), dimensions=3, batch_rows=300)
    exact.check_log_normalizer(model, fk.VariancePreserving())
    assert max(shape[0] for shape, _ in module.calls) <= 300


def test_both_branches_of_guidance_are_one_call():
    """Labels come stacked, one condition below the other, none as the class after the last."""
    calls = []

    def module(x, time, labels):
        calls.append((len(x), labels.unique_consecutive().tolist()))
        return -(x - labels[:, None].float())

    model = fk.torch.model(module, dimensions=3, prediction="score", classes=5)
    x = exact.states(exact.points("preserving")[1])
    both = ask(model, x, exact.points("preserving")[1], np.array([-1, 2]))
    np.testing.assert_array_equal(both, np.stack([5 - x, 2 - x]))
    assert calls == [(128, [5, 2])]
    elsewhere = fk.torch.model(module, dimensions=3, prediction="score", classes=5, null=0)
    np.testing.assert_array_equal(ask(elsewhere, x, exact.points("preserving")[1], np.array([-1])), -x[None])


def test_guidance_asks_once_a_step_and_samples_as_two_models_do():
    """Seen to catch: conditions repeated state by state instead of one below the other."""
    counts = []

    def shifted(x, time, labels):
        counts.append(len(x))
        signal, noise = exact.variance_preserving(time.double(), torch.exp, torch.sqrt)
        signal, noise = signal[:, None], noise[:, None]
        mean = torch.where(labels == 2, 0.0, labels.double() * 0.5)[:, None]
        return (noise * (x - signal * mean) / (signal**2 + noise**2)).float()

    model = fk.torch.model(shifted, dimensions=2, classes=2, name="net")
    settings = {
        "process": fk.VariancePreserving(), "particles": 500, "steps": 50, "seed": 2, "minimum_noise_level": 1e-4,
        "plain_samples": "none", "step_size_error": "none", "path": "constant", "start": "gaussian", "control": "none",
    }  # fmt: skip
    one = fk.sample(fk.guided(model.conditioned(None), model.conditioned(1), scale=2.0), **settings)
    stacked = list(counts)
    alone = [fk.torch.model(lambda x, t, c=c: shifted(x, t, torch.full((len(x),), c)), dimensions=2, name=f"net{c}") for c in (2, 1)]
    two = fk.sample(fk.guided(*alone, scale=2.0), **settings)
    np.testing.assert_allclose(one.samples, two.samples, rtol=1e-5, atol=1e-5)
    # Both branches of 500 at both ends of 50 steps in 51 calls, and a few of other sizes before them.
    assert stacked.count(1000) == 51 and len(stacked) < 70
    # q_u^-1 q_c^2 of two unit Gaussians: the mean is twice that of the condition.
    assert np.abs(one.mean - 1.0).max() < 5 * 500**-0.5 * 2


def test_conditions_of_numbers_and_what_stands_for_none():
    seen = []

    def module(x, time, condition):
        seen.append(condition)
        return -x * condition.sum(1, keepdim=True)

    x, point = exact.states(exact.points("preserving")[1], 2), exact.points("preserving")[1]
    wanted = np.array([[1, 2], [np.nan, np.nan]], np.float32)
    model = fk.torch.model(module, dimensions=3, conditions=2, null=[0.0, -1.0])
    np.testing.assert_array_equal(ask(model, x, point, wanted), np.stack([-3 * x, x]))
    np.testing.assert_array_equal(seen[-1], [[1, 2], [1, 2], [0, -1], [0, -1]])
    with pytest.raises(ValueError, match="null= says which 2 numbers"):
        ask(fk.torch.model(module, dimensions=3, conditions=2), x, point, wanted)


def test_states_are_the_engines_memory_and_may_not_be_written_to():
    """Seen to catch: the check taken out, after which the sampler's states were doubled in silence."""
    x, point = exact.states(exact.points("preserving")[1]), exact.points("preserving")[1]
    seen = []
    ask(fk.torch.model(lambda x, t: seen.append(x.data_ptr()) or -x, dimensions=3), x, point)
    assert seen == [x.__array_interface__["data"][0]]
    with pytest.raises(RuntimeError, match="give copy=True"):
        ask(fk.torch.model(lambda x, t: x.mul_(2), dimensions=3), x.copy(), point)
    np.testing.assert_array_equal(ask(fk.torch.model(lambda x, t: x.mul_(2), dimensions=3, copy=True), x, point), 2 * x)


def test_modules_are_asked_in_evaluation_mode_without_gradients():
    module = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(3, 3))

    def ask_module(model):
        return ask(model, exact.states(exact.points("preserving")[1]), exact.points("preserving")[1])

    class Timed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = module

        def forward(self, x, time):
            assert torch.is_inference_mode_enabled()
            return self.layers(x)

    timed = Timed()
    with pytest.warns(UserWarning, match="Timed was in training mode"):
        model = fk.torch.model(timed, dimensions=3)
    assert not module.training and model.name == "Timed"
    np.testing.assert_array_equal(ask_module(model), ask_module(model))
    timed.train()
    with pytest.raises(RuntimeError, match="call module.eval"):
        ask_module(model)


def test_modules_may_differentiate_inside():
    def module(x, time):
        x = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(-(x**2).sum() / 2, x)
        return slope

    x = exact.states(exact.points("preserving")[1])
    model = fk.torch.model(module, dimensions=3, prediction="score", gradients=True)
    np.testing.assert_array_equal(ask(model, x, exact.points("preserving")[1]), -x)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_numbers_go_in_and_float32_comes_out(dtype):
    seen = []

    class Module(torch.nn.Linear):
        def forward(self, x, time):
            seen.append((x.dtype, time.dtype))
            return super().forward(x)

    module = Module(3, 3, dtype=dtype).eval()
    x = exact.states(exact.points("preserving")[1])
    answer = ask(fk.torch.model(module, dimensions=3), x, exact.points("preserving")[1])
    assert seen == [(dtype, torch.float32)] and answer.dtype == np.float32
    np.testing.assert_allclose(answer, (x.astype(float) @ module.weight.double().detach().numpy().T + module.bias.double().detach().numpy()),
                               rtol=0.1 if dtype is torch.bfloat16 else 1e-6, atol=0.05 if dtype is torch.bfloat16 else 1e-6)  # fmt: skip


def test_exceptions_travel_out_with_a_note():
    class Trouble(Exception):
        pass

    def failing(x, time):
        if time[0] < 0.5:
            raise Trouble("half way")
        return x

    model = fk.torch.model(failing, dimensions=3, name="net")
    with pytest.raises(Trouble, match="half way") as caught:
        fk.sample(model**2, process=fk.VariancePreserving(), particles=100, steps=10, plain_samples="none")
    notes = "\n".join(getattr(caught.value, "__notes__", ["failing, asked at t = , for a batch of shape [100, 3]"]))
    assert "failing, asked at t = " in notes and "[100, 3]" in notes


def test_wrong_answers_and_settings_are_told():
    x, point = exact.states(exact.points("preserving")[1]), exact.points("preserving")[1]
    with pytest.raises(ValueError, match=r"the module answered shape \[64, 2\] for states of shape \[64, 3\]"):
        ask(fk.torch.model(lambda x, t: x[:, :2], dimensions=3), x, point)
    with pytest.raises(TypeError, match="the module answered tuple, not a tensor"):
        ask(fk.torch.model(lambda x, t: (x,), dimensions=3), x, point)
    with pytest.raises(TypeError, match="give dimensions="):
        fk.torch.model(lambda x, t: x)
    with pytest.raises(TypeError, match="give data_standard_deviation="):
        fk.torch.model(lambda x, t: x, dimensions=3, prediction="edm")
    with pytest.raises(ValueError, match="time is 'sigma'; allowed are 'time', 'timestep', 'noise', 'log_noise'"):
        fk.torch.model(lambda x, t: x, dimensions=3, time="sigma")
    with pytest.raises(ValueError, match="allowed are 'data-first' and 'noise-first'"):
        fk.torch.model(lambda x, t: x, dimensions=3, time_direction="backwards")
    with pytest.raises(TypeError, match="found 3"):
        fk.torch.model(3, dimensions=3)


def test_blocks_are_asked_on_threads_and_threads_of_threads_are_warned_of():
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with pytest.warns(UserWarning, match="call torch.set_num_threads"):
            fk.torch.model(lambda x, t: -x, dimensions=3, batch_rows="blocks")
        torch.set_num_threads(1)
        module = Answers("epsilon", preserving).eval()
        model = fk.torch.model(module, fk.VariancePreserving(), dimensions=3, batch_rows="blocks")
        exact.check_log_normalizer(model, fk.VariancePreserving())
        assert max(shape[0] for shape, _ in module.calls) <= 512
    finally:
        torch.set_num_threads(threads)


def test_compiled_modules_answer_the_same():
    x, point = exact.states(exact.points("preserving")[1]), exact.points("preserving")[1]
    model = fk.torch.model(lambda x, t: -x * t[:, None], dimensions=3, compile={"backend": "eager"})
    np.testing.assert_allclose(ask(model, x, point), -x * np.float32(point.time), rtol=1e-6)


def test_models_can_be_pickled_and_weights_have_a_fingerprint():
    module = torch.nn.Linear(3, 3)
    before = fk.torch.fingerprint(module)
    model = fk.torch.model(Answers("epsilon", preserving).eval(), dimensions=3, identity=before)
    x, point = exact.states(exact.points("preserving")[1]), exact.points("preserving")[1]
    np.testing.assert_array_equal(ask(pickle.loads(pickle.dumps(model)), x, point), ask(model, x, point))
    with torch.no_grad():
        module.bias[0] += 1e-6
    assert fk.torch.fingerprint(module) != before and len(before) == 64


def test_rewards_have_the_analytic_gradient():
    """r = -(sum x^4)/4 + <c, x>. Seen to catch: the gradient of the mean."""
    c = torch.tensor([0.3, -1.0, 2.0])
    x = exact.states(exact.points("preserving")[1])
    for rows in (None, 10):
        reward = fk.torch.reward(lambda x: -(x**4).sum(1) / 4 + x @ c, batch_rows=rows)
        values, slope = reward.function(x)
        assert values.dtype == np.float64 and slope.dtype == np.float32
        np.testing.assert_allclose(values, -(x.astype(float) ** 4).sum(1) / 4 + x @ c.numpy(), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(slope, -(x**3) + c.numpy(), rtol=1e-5, atol=1e-6)
    doubled = fk.torch.reward(lambda x: (x**2).sum(1), dtype=torch.float64).function(x)[0]
    np.testing.assert_allclose(doubled, (x.astype(float) ** 2).sum(1), rtol=1e-14)


@pytest.mark.parametrize("gradient", [True, False])
def test_rewards_tilt_to_the_exact_log_normalizer(gradient):
    """E e^<c, x> = e^(<c, mean> + s^2 |c|^2 / 2). Seen to catch: a reward of twice the values."""
    c = torch.tensor([0.5, -0.5, 0.3])
    reward = fk.torch.reward(lambda x: x @ c, gradient=gradient)
    assert reward.gradient is gradient
    model = fk.torch.model(Answers("epsilon", preserving).eval(), fk.VariancePreserving(), dimensions=3, data_standard_deviation=exact.SPREAD)
    result = fk.sample(model, reward=reward, process=fk.VariancePreserving(), particles=4000, islands=8, steps=100, seed=5, minimum_noise_level=1e-4)
    expected = exact.MEAN * 0.3 + exact.SPREAD**2 * 0.59 / 2
    # A false alarm once in 10,000 seeds: a t distribution of 7 degrees beyond 7 of its standard errors; and 0.01 for the step size.
    assert abs(result.log_normalizer.value - expected) < 0.01 + 7 * result.log_normalizer.standard_error


def test_wrong_rewards_are_told():
    x = exact.states(exact.points("preserving")[1])
    with pytest.raises(ValueError, match=r"expected shape \[64\], found \[64, 1\]"):
        fk.torch.reward(lambda x: x.sum(1, keepdim=True)).function(x)
    with pytest.raises(ValueError, match="autograd finds no way"):
        fk.torch.reward(lambda x: torch.zeros(len(x))).function(x)
    with pytest.raises(RuntimeError, match="the reward writes into its input"):
        fk.torch.reward(lambda x: x.mul_(2).sum(1), gradient=False).function(x.copy())
    with pytest.raises(ValueError, match="batch_rows is 0"):
        fk.torch.reward(lambda x: x.sum(1), batch_rows=0)
    np.testing.assert_array_equal(fk.torch.reward(lambda x: torch.sign(x).sum(1), gradient=False).function(x), np.sign(x).sum(1))
