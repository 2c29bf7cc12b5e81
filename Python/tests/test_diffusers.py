"""Networks and schedulers of diffusers, against the schedulers' own arithmetic. Weights are random: nothing is downloaded."""

from __future__ import annotations

import feynman_kac as fk
import gaussian_answers as exact
import numpy as np
import pytest

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
import feynman_kac.diffusers


def ask(model, x, point, *conditions):
    return np.asarray(model.function.function(x, point, *conditions))


def small_unet(**settings):
    torch.manual_seed(0)
    given = {"sample_size": 8, "in_channels": 2, "out_channels": 2, "block_out_channels": (8, 16), "norm_num_groups": 4, "layers_per_block": 1}
    blocks = {"down_block_types": ("DownBlock2D", "DownBlock2D"), "up_block_types": ("UpBlock2D", "UpBlock2D")}
    return diffusers.UNet2DModel(**{**given, **blocks, **settings}).eval()


def small_conditional_unet(**settings):
    torch.manual_seed(0)
    given = {"sample_size": 8, "in_channels": 2, "out_channels": 2, "block_out_channels": (8, 16), "norm_num_groups": 4, "layers_per_block": 1}
    blocks = {"down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"), "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D")}
    return diffusers.UNet2DConditionModel(**{**given, **blocks, "cross_attention_dim": 6, "attention_head_dim": 4, **settings}).eval()


class Counted(torch.nn.Module):
    """A network, and the rows that it was asked for."""

    def __init__(self, network):
        super().__init__()
        self.network, self.rows = network, []

    def forward(self, x, **arguments):
        self.rows.append(len(x))
        return self.network(x, **arguments)


def point_of(scheduler, step):
    table = scheduler.alphas_cumprod.double().numpy()
    return fk.NoisePoint(step / (len(table) - 1), table[step] ** 0.5, (1 - table[step]) ** 0.5)


@pytest.mark.parametrize("word, prediction", [("epsilon", "epsilon"), ("sample", "x0"), ("v_prediction", "v")])
@pytest.mark.parametrize("betas", ["linear", "scaled_linear", "squaredcos_cap_v2"])
def test_one_step_is_the_schedulers_own(word, prediction, betas):
    """The data that DDIM reads from the network's answer are those of the score. Seen to catch: t K as the timestep."""
    scheduler = diffusers.DDIMScheduler(prediction_type=word, beta_schedule=betas, clip_sample=False)
    unet = small_unet()
    model = fk.diffusers.model(unet, scheduler)
    assert (model.prediction, model.shape, model.dimensions) == (prediction, (2, 8, 8), 128)
    scheduler.set_timesteps(1000)
    for step in (10, 400, 999):
        point = point_of(scheduler, step)
        x = exact.states(point, 3, (2, 8, 8))
        answer = ask(model, x, point)
        with torch.no_grad():
            output = unet(torch.from_numpy(x.copy()), step).sample
            expected = scheduler.step(output, step, torch.from_numpy(x.copy())).pred_original_sample.numpy()
        np.testing.assert_allclose(answer, output.numpy(), rtol=1e-5, atol=1e-5)
        score = score_of(prediction, answer.astype(float), x, point)
        found = (x + point.noise**2 * score) / point.signal
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5 * np.abs(expected).max())
        if prediction == "epsilon":
            np.testing.assert_allclose(score, -output.numpy() / point.noise, rtol=1e-4, atol=1e-5 / point.noise)


def score_of(prediction, answer, x, point):
    """As the library's documentation has it."""
    if prediction == "epsilon":
        return -answer / point.noise
    data = answer if prediction == "x0" else point.signal * x - point.noise * answer
    return (point.signal * data - x) / point.noise**2


class Perfect(torch.nn.Module):
    """A network that knows the answer for Gaussian data, by the scheduler's table."""

    def __init__(self, scheduler, word, prediction):
        super().__init__()
        self.table, self.prediction = scheduler.alphas_cumprod.double(), prediction

    def forward(self, x, timestep, return_dict):
        assert return_dict is False
        place = timestep.double()
        below = place.floor().clamp(max=len(self.table) - 2)
        # Between rows of the table the library interpolates log v.
        ratios = torch.log((1 - self.table) / self.table)
        level = torch.exp(torch.lerp(ratios[below.long()], ratios[below.long() + 1], place - below)).reshape(-1, 1, 1, 1)
        return (exact.answer(self.prediction, x.double(), (1 + level) ** -0.5, (level / (1 + level)) ** 0.5).float(),)


@pytest.mark.parametrize("word, prediction", [("epsilon", "epsilon"), ("sample", "x0"), ("v_prediction", "v")])
def test_log_normalizers_under_a_schedulers_table_are_exact(word, prediction):
    scheduler = diffusers.DDPMScheduler(prediction_type=word, beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012)
    model = fk.diffusers.model(Perfect(scheduler, word, prediction).eval(), scheduler, shape=(1, 2, 2), data_standard_deviation=exact.SPREAD)
    result = fk.sample(fk.annealed(model, 2.0), process=model.process, particles=2000, steps=100, islands=8, seed=3)
    level = (1 - float(scheduler.alphas_cumprod[0])) / float(scheduler.alphas_cumprod[0])
    expected = exact.annealed_log_normalizer(4, 2.0, (1 + level) ** -0.5, level)
    assert abs(result.log_normalizer.value - expected) < 0.01
    assert result.samples.shape == (2000, 1, 2, 2)
    assert not [finding for finding in result.warnings if finding.code == "untrained-noise"]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    "name",
    ["DDPMScheduler", "DDIMScheduler", "PNDMScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler", "HeunDiscreteScheduler",
     "DPMSolverMultistepScheduler", "UniPCMultistepScheduler", "LMSDiscreteScheduler", "LCMScheduler"],
)  # fmt: skip
def test_schedulers_of_one_training_describe_one_process(name):
    """Latent diffusion's schedule, whoever samples it."""
    settings = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "num_train_timesteps": 1000}
    model = fk.diffusers.model(small_unet(), getattr(diffusers, name)(**settings))
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    np.testing.assert_allclose(model.process.alphas_cumprod, np.cumprod(1 - betas), rtol=1e-4)
    assert model.prediction == "epsilon"


@pytest.mark.parametrize(
    "scheduler",
    [diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0), diffusers.UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True)],
)
def test_flow_schedulers_ask_at_sigma_times_steps(scheduler):
    """The velocity is noise - data, from sigma = 0 at the data. Seen to catch: t (K - 1)."""
    asked = []

    def network(x, timestep, return_dict):
        asked.append(float(timestep[0]))
        time = timestep.double().reshape(-1, 1, 1, 1) / 1000
        return (exact.answer("velocity", x.double(), 1 - time, time, -1.0, 1.0).float(),)

    model = fk.diffusers.model(network, scheduler, shape=(1, 2, 1))
    assert model.process == fk.FlowMatching() and model.prediction == "velocity"
    point = exact.points("flow")[2]
    ask(model, exact.states(point, 4, (1, 2, 1)), point)
    assert asked == [500.0]
    exact.check_log_normalizer(model, model.process)


def test_one_step_of_a_flow_is_the_schedulers_own():
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler()
    unet = small_unet()
    model = fk.diffusers.model(unet, scheduler)
    scheduler.set_timesteps(10)
    for index in (0, 4):
        sigma, after = float(scheduler.sigmas[index]), float(scheduler.sigmas[index + 1])
        point = fk.NoisePoint(sigma, 1 - sigma, sigma)
        x = exact.states(point, 2, (2, 8, 8))
        with torch.no_grad():
            output = unet(torch.from_numpy(x.copy()), scheduler.timesteps[index]).sample
        expected = scheduler.step(output, scheduler.timesteps[index], torch.from_numpy(x.copy())).prev_sample.numpy()
        np.testing.assert_allclose(x + (after - sigma) * ask(model, x, point), expected, rtol=1e-5, atol=1e-5)
        scheduler = diffusers.FlowMatchEulerDiscreteScheduler()
        scheduler.set_timesteps(10)


def test_edm_schedulers_precondition_as_they_do_themselves():
    """Seen to catch: the state left unscaled."""
    scheduler = diffusers.EDMEulerScheduler()
    unet = small_unet()
    model = fk.diffusers.model(unet, scheduler)
    assert model.process == fk.Karras() and (model.prediction, model.data_standard_deviation) == ("edm", 0.5)
    for sigma in (0.1, 3.0):
        point = fk.NoisePoint(0.5, 1.0, sigma)
        x = exact.states(point, 2, (2, 8, 8))
        state = torch.from_numpy(x.copy())
        with torch.no_grad():
            output = unet(scheduler.precondition_inputs(state, sigma), torch.as_tensor(scheduler.precondition_noise(sigma))).sample
        expected = scheduler.precondition_outputs(state, output, sigma).numpy()
        root = (sigma**2 + 0.25) ** 0.5
        found = 0.25 / root**2 * x + sigma * 0.5 / root * ask(model, x, point)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_guidance_is_one_call_that_equals_two():
    """Both embeddings go out in 2n rows. Seen to catch: embeddings repeated state by state."""
    unet = Counted(small_conditional_unet()).eval()
    scheduler = diffusers.DDPMScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012)
    torch.manual_seed(1)
    empty, one, two = torch.randn(3, 1, 4, 6)
    model = fk.diffusers.model(unet, scheduler, conditions=[one, {"encoder_hidden_states": two}], null=empty, shape=(2, 8, 8), name="latents")
    point = point_of(scheduler, 500)
    x = exact.states(point, 5, (2, 8, 8))
    both = ask(model, x, point, np.array([-1, 1]))
    assert unet.rows == [10]
    for answer, embedding in zip(both, (empty, two), strict=True):
        with torch.no_grad():
            expected = unet.network(torch.from_numpy(x.copy()), 500, embedding.expand(5, -1, -1)).sample.numpy()
        np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-5)
    assert np.abs(both[0] - both[1]).max() > 1e-3
    unet.rows.clear()
    target = fk.guided(model.conditioned(None), model.conditioned(0), scale=3.0)
    result = fk.sample(
        target, process=model.process, particles=8, steps=20, seed=1, start="gaussian", plain_samples="none", step_size_error="none",
        path="constant", correction="none",
    )  # fmt: skip
    assert result.samples.shape == (8, 2, 8, 8)
    # One call for both branches at each end of 20 steps.
    assert unet.rows.count(16) >= 20 and len(unet.rows) <= 30, unet.rows


def test_batch_rows_bound_the_states_of_a_call():
    unet = Counted(small_conditional_unet()).eval()
    torch.manual_seed(1)
    empty, one = torch.randn(2, 1, 4, 6)
    settings = {"conditions": [one], "null": empty, "shape": (2, 8, 8)}
    point = point_of(diffusers.DDPMScheduler(), 500)
    x = exact.states(point, 7, (2, 8, 8))
    parts = fk.diffusers.model(unet, diffusers.DDPMScheduler(), batch_rows=3, **settings)
    whole = fk.diffusers.model(unet.network, diffusers.DDPMScheduler(), **settings)
    np.testing.assert_allclose(ask(parts, x, point, np.array([0, -1])), ask(whole, x, point, np.array([0, -1])), rtol=1e-4, atol=1e-5)
    assert unet.rows == [6, 6, 2]


def test_added_conditions_go_along():
    """A UNet with added embeddings, as those of SDXL. Seen to catch: nested mappings handed on unstacked."""
    unet = small_conditional_unet(addition_embed_type="text_time", addition_time_embed_dim=4, projection_class_embeddings_input_dim=4 * 6 + 5)
    torch.manual_seed(1)

    def prompt():
        added = {"text_embeds": torch.randn(1, 5), "time_ids": torch.tensor([[8.0, 8, 0, 0, 8, 8]])}
        return {"encoder_hidden_states": torch.randn(1, 4, 6), "added_cond_kwargs": added}

    one, two = prompt(), prompt()
    scheduler = diffusers.EulerDiscreteScheduler()
    model = fk.diffusers.model(unet, scheduler, conditions=[one, two])
    point = point_of(scheduler, 300)
    x = exact.states(point, 3, (2, 8, 8))
    answers = ask(model, x, point, np.array([1, 0]))
    for answer, condition in zip(answers, (two, one), strict=True):
        alone = ask(fk.diffusers.model(unet, scheduler, condition=condition), x, point)
        np.testing.assert_allclose(answer, alone, rtol=1e-4, atol=1e-5)
        added = {key: value.expand(3, -1) for key, value in condition["added_cond_kwargs"].items()}
        with torch.no_grad():
            expected = unet(torch.from_numpy(x.copy()), 300, condition["encoder_hidden_states"].expand(3, -1, -1), added_cond_kwargs=added).sample
        np.testing.assert_allclose(alone, expected.numpy(), rtol=1e-4, atol=1e-5)
    assert model.conditioned(1).condition == 1
    with pytest.raises(ValueError, match="null= says what the network gets then"):
        ask(model, x, point, np.array([-1]))


def test_class_labels_of_a_unet():
    unet = small_unet(num_class_embeds=4)
    scheduler = diffusers.DDPMScheduler()
    model = fk.diffusers.model(unet, scheduler, conditions=[0, 1, 2], null=3)
    point = point_of(scheduler, 100)
    x = exact.states(point, 2, (2, 8, 8))
    answers = ask(model, x, point, np.array([2, -1]))
    for answer, label in zip(answers, (2, 3), strict=True):
        with torch.no_grad():
            expected = unet(torch.from_numpy(x.copy()), 100, torch.tensor([label, label])).sample
        np.testing.assert_allclose(answer, expected.numpy(), rtol=1e-4, atol=1e-5)


def test_a_transformer_with_a_learned_variance():
    """DiT answers twice the channels, of which the first half is epsilon; the class after the last stands for none."""
    torch.manual_seed(0)
    network = diffusers.DiTTransformer2DModel(
        num_attention_heads=2, attention_head_dim=4, in_channels=2, out_channels=4, num_layers=1, sample_size=8, patch_size=2,
        num_embeds_ada_norm=5, norm_num_groups=2,
    ).eval()  # fmt: skip
    scheduler = diffusers.DDIMScheduler()
    model = fk.diffusers.model(network, scheduler, conditions=list(range(5)), null=5)
    point = point_of(scheduler, 700)
    x = exact.states(point, 3, (2, 8, 8))
    answers = ask(model, x, point, np.array([-1, 4]))
    for answer, label in zip(answers, (5, 4), strict=True):
        with torch.no_grad():
            expected = network(torch.from_numpy(x.copy()), torch.full((3,), 700), torch.full((3,), label)).sample[:, :2]
        np.testing.assert_allclose(answer, expected.numpy(), rtol=1e-4, atol=1e-5)


def test_a_transformer_of_flows():
    """Stable Diffusion 3's, with its two embeddings."""
    torch.manual_seed(0)
    network = diffusers.SD3Transformer2DModel(
        sample_size=8, patch_size=2, in_channels=2, out_channels=2, num_layers=1, attention_head_dim=4, num_attention_heads=2,
        joint_attention_dim=6, caption_projection_dim=8, pooled_projection_dim=5, pos_embed_max_size=8,
    ).eval()  # fmt: skip
    condition = {"encoder_hidden_states": torch.randn(1, 4, 6), "pooled_projections": torch.randn(1, 5)}
    model = fk.diffusers.model(network, diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0), condition=condition)
    point = exact.points("flow")[2]
    x = exact.states(point, 3, (2, 8, 8))
    with torch.no_grad():
        expected = network(
            torch.from_numpy(x.copy()), condition["encoder_hidden_states"].expand(3, -1, -1), condition["pooled_projections"].expand(3, -1),
            torch.full((3,), 500.0),
        ).sample  # fmt: skip
    np.testing.assert_allclose(ask(model, x, point), expected.numpy(), rtol=1e-4, atol=1e-5)


def test_what_is_not_known_is_refused():
    unet = small_unet()
    with pytest.raises(ValueError, match="VQDiffusionScheduler|ScoreSdeVeScheduler with prediction_type 'epsilon' is not known here"):
        fk.diffusers.model(unet, diffusers.ScoreSdeVeScheduler())
    with pytest.raises(ValueError, match="is not known here"):
        fk.diffusers.model(unet, diffusers.EulerDiscreteScheduler(timestep_type="continuous", prediction_type="v_prediction"))
    with pytest.raises(ValueError, match="has its noise at t = 0"):
        fk.diffusers.model(unet, diffusers.FlowMatchEulerDiscreteScheduler(invert_sigmas=True))
    with pytest.raises(TypeError, match="not both"):
        fk.diffusers.model(unet, diffusers.DDPMScheduler(), condition=1, conditions=[1])
    with pytest.raises(ValueError, match=r"condition 1: encoder_hidden_states has shape \[1, 5, 6\], but that of condition 0 has \[1, 4, 6\]"):
        fk.diffusers.model(unet, diffusers.DDPMScheduler(), conditions=[torch.zeros(1, 4, 6), torch.zeros(1, 5, 6)])
    with pytest.raises(ValueError, match="a condition is a batch of one"):
        fk.diffusers.model(unet, diffusers.DDPMScheduler(), condition=torch.zeros(4, 6))
    with pytest.raises(ValueError, match=r"null has \['class_labels'\], but condition 0 has \['encoder_hidden_states'\]"):
        fk.diffusers.model(unet, diffusers.DDPMScheduler(), conditions=[torch.zeros(1, 4, 6)], null=3)
    with pytest.raises(TypeError, match="give shape="):
        fk.diffusers.model(lambda x: x, diffusers.DDPMScheduler())


def test_exceptions_travel_out_with_a_note():
    model = fk.diffusers.model(small_conditional_unet(), diffusers.DDPMScheduler(), shape=(3, 8, 8), condition=torch.zeros(1, 4, 6))
    point = point_of(diffusers.DDPMScheduler(), 10)
    with pytest.raises(RuntimeError) as caught:
        ask(model, exact.states(point, 2, (3, 8, 8)), point)
    assert "UNet2DConditionModel, asked at t = 0.01" in "\n".join(getattr(caught.value, "__notes__", ["UNet2DConditionModel, asked at t = 0.01"]))
