"""What results tell and show."""

import sys
import types
import warnings

import feynman_kac as fk
import numpy as np
import pytest
from conftest import EXPLODING, gaussian
from feynman_kac import progress as progress_module


def test_a_result_on_one_line(small):
    text = repr(small)
    assert "\n" not in text
    assert text.startswith("<Result: 1000 particles, d = 2, log Z = ")
    assert " ± " in text
    assert text.endswith(", ok>")


def test_figures(small):
    z = small.log_normalizer
    assert z.value == small.summary["log_normalizer"]
    assert float(z) == z.value
    assert z.interval[0] < z.value < z.interval[1]
    assert z.standard_error > 0
    assert len(z.islands) == 8
    assert small.effective_sample_size == pytest.approx(1 / (small.weights**2).sum(), rel=1e-6)
    assert small.weights.sum() == pytest.approx(1, abs=1e-12)
    assert small.trace["step"].tolist() == list(range(61))
    assert small.trace["effective_sample_size"][-1] == pytest.approx(small.effective_sample_size)
    assert small.config.startswith("seed: 3\n")
    assert small.trajectory is None
    assert small.ancestors.dtype == np.int64
    assert small.genealogy.shape[1] == 1000


def test_figures_that_do_not_exist_are_none():
    result = fk.sample(gaussian([1.0]) ** 2, process=EXPLODING, particles=100, steps=20, correction="none")
    assert result.log_normalizer.value is None
    assert str(result.log_normalizer) == "none"
    with pytest.raises(TypeError, match="without a correction"):
        float(result.log_normalizer)
    assert "log Z = none" in repr(result)


def test_resampled_samples_are_those_of_the_weights():
    result = fk.sample(gaussian([1.0]) ** 2, process=EXPLODING, particles=1000, steps=60, seed=3, control="none", ess_threshold=0)
    assert result.effective_sample_size < 900
    # A systematic draw gives each particle N W rounded up or down, so nothing is left to chance.
    # Seen to catch: equal weights.
    indices = result.resampled_indices(5000, seed=1)
    counts = np.bincount(indices, minlength=1000)
    assert (abs(counts - 5000 * result.weights) < 1).all()
    assert result.resample(5000, seed=1).tobytes() == result.samples[indices].tobytes()
    assert result.resample(0).shape == (0, 1)
    with pytest.raises(ValueError, match="at least 0"):
        result.resample(-1)


def test_a_doubtful_run_warns():
    # Seen to catch: a category that does not look at what the result says.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = fk.sample(gaussian([1.0]) ** 3, process=EXPLODING, particles=100, islands=2, steps=20, control="none", seed=1)
    assert result.trust == "doubtful"
    assert result.log_normalizer.interval is None
    doubtful = {str(warning.message) for warning in caught if warning.category is fk.DoubtfulWarning}
    others = {str(warning.message) for warning in caught if warning.category is fk.RunWarning}
    assert doubtful == {finding.sentence for finding in result.warnings if finding.doubtful}
    assert others >= {finding.sentence for finding in result.warnings if not finding.doubtful}
    assert len(caught) == len(doubtful) + len(others)
    assert {warning.filename for warning in caught} == {__file__}
    with warnings.catch_warnings():
        warnings.simplefilter("error", fk.DoubtfulWarning)
        with pytest.raises(fk.DoubtfulWarning):
            fk.sample(gaussian([1.0]) ** 3, process=EXPLODING, particles=100, islands=2, steps=20, control="none", seed=1)


def test_a_good_run_is_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fk.sample(gaussian([1.0]) ** 2, process=EXPLODING, particles=4000, islands=8, steps=100, seed=1)


def test_arviz_gets_equal_draws_and_keeps_the_weights(small):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("arviz")
        data = small.to_arviz(300, seed=2)
    assert data["posterior"]["x"].dims == ("chain", "draw", "x_dim_0")
    assert np.array_equal(data["posterior"]["x"].values[0], small.resample(300, seed=2))
    assert np.array_equal(data["weighted_posterior"]["log_weight"].values[0], small.log_weights)
    assert np.array_equal(small.samples[data["sample_stats"]["particle"].values[0]], data["posterior"]["x"].values[0])
    assert data["posterior"].attrs["log_normalizer"] == small.log_normalizer.value


def test_arviz_reads_the_netcdf_of_a_run(tmp_path):
    """Seen to catch: draws that are the particles themselves, weights in place of log weights, dimensions the other way round."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        arviz = pytest.importorskip("arviz")
    config = {
        "particles": 500,
        "process": {"kind": "variance-exploding", "sigma_min": 0.01, "sigma_max": 20},
        "models": {"a": {"kind": "gaussian", "mean": [0, 1, 2], "standard_deviation": 1}},
        "target": {"annealed": {"model": "a", "inverse_temperature": 2.0}},
        "sampler": {"steps": 40},
        "resampling": {"ess_threshold": 0},
        "output": {"formats": ["netcdf"]},
    }
    try:
        result = fk.run(config, output=tmp_path / "run")
    except fk.UnavailableError as missing:
        pytest.skip(str(missing))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = arviz.from_netcdf(tmp_path / "run" / "samples.nc")
    weighted, draws = data["weighted_posterior"], data["posterior"]["x"]
    assert draws.dims == ("chain", "draw", "x_dim_0")
    assert np.array_equal(weighted["x"].values[0], result.samples)
    assert np.array_equal(weighted["log_weight"].values[0], result.log_weights)
    assert np.array_equal(weighted["ancestor"].values[0], result.ancestors)
    particle = data["sample_stats"]["particle"].values[0]
    assert np.array_equal(draws.values[0], result.samples[particle])
    # Drawn systematically: each as often as its weight says, rounded up or down.
    assert np.all(np.abs(np.bincount(particle, minlength=500) - 500 * result.weights) < 1)
    assert np.allclose(data["sample_stats"]["weight"].values[0], result.weights[particle], rtol=1e-14, atol=0)
    assert data["posterior"].attrs["log_normalizer"] == result.log_normalizer.value
    assert data["posterior"].attrs["trust"] == result.trust


def test_a_run_without_genealogy_says_so():
    result = fk.sample(fk.Gaussian([0.0], 1.0), process=fk.VarianceExploding(0.01, 20), particles=50, steps=20, genealogy=False)
    with pytest.raises(fk.UsageError, match="output.genealogy"):
        _ = result.genealogy


def test_plots(small, tmp_path):
    pytest.importorskip("matplotlib")
    small.plot().savefig(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 10_000
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    assert small.plot()._repr_png_().startswith(b"\x89PNG")
    one = fk.sample(fk.Gaussian([0.0]), process=EXPLODING, particles=50, steps=20)
    one.plot().savefig(tmp_path / "one.png")


def test_reports(small, tmp_path):
    small.report(tmp_path / "out.html")
    assert (tmp_path / "out.html").read_text().startswith("<!")
    with pytest.raises(fk.OutputError):
        small.report(tmp_path / "none" / "out.html")


def test_notebooks_get_a_table(small):
    html = small._repr_html_()
    assert "<table>" in html
    assert "log Z" in html


def steps_of(progress, monkeypatch, **settings):
    return fk.sample(gaussian([1.0]), process=EXPLODING, particles=10, steps=20, progress=progress, **settings)


def test_progress_is_silent_where_nobody_looks(capfd, monkeypatch):
    monkeypatch.setattr(progress_module, "_terminal", lambda: False)
    steps_of("auto", monkeypatch)
    steps_of(False, monkeypatch)
    assert capfd.readouterr() == ("", "")


def test_progress_is_a_line_where_it_is_asked_for(capfd, monkeypatch):
    monkeypatch.setattr(progress_module, "_terminal", lambda: False)
    steps_of(True, monkeypatch)
    assert capfd.readouterr().err.startswith("step 20/20  ESS ")


def test_progress_is_a_bar_at_a_terminal(capfd, monkeypatch):
    pytest.importorskip("tqdm")
    monkeypatch.setattr(progress_module, "_terminal", lambda: True)
    steps_of(True, monkeypatch)
    assert "20/20" in capfd.readouterr().err
    # A run of a moment needs none.
    steps_of("auto", monkeypatch)
    assert capfd.readouterr().err.strip() == ""
    monkeypatch.setattr(progress_module, "_PATIENCE", 0.0)
    steps_of("auto", monkeypatch)
    assert "20/20" in capfd.readouterr().err


def test_progress_without_tqdm(capfd, monkeypatch):
    monkeypatch.setattr(progress_module, "_terminal", lambda: True)
    monkeypatch.setattr(progress_module, "_tqdm", lambda: None)
    steps_of("auto", monkeypatch)
    assert capfd.readouterr().err == ""


def test_progress_calls(monkeypatch):
    seen = []
    steps_of(seen.append, monkeypatch)
    assert [step.step for step in seen] == list(range(21))
    with pytest.raises(TypeError, match="progress is True, False"):
        steps_of(3, monkeypatch)


def test_extras_that_are_missing_are_named(small, monkeypatch):
    for module, use in (("arviz", small.to_arviz), ("matplotlib.figure", small.plot)):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(fk.UnavailableError, match="pip install"):
            use()


def test_notes_of_old_pythons():
    from feynman_kac.runs import _note

    error = types.SimpleNamespace()
    _note(error, "here")
    assert error.__notes__ == ["here"]
