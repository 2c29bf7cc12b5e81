"""Results as others take them: ArviZ and notebooks."""

from __future__ import annotations

import html as escapes
import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import UnavailableError

if TYPE_CHECKING:
    from .results import Result


def inference_data(result: Result, count: int | None = None, seed: int = 0) -> Any:
    """A result for ArviZ, see `Result.to_arviz`.

    Args:
        result: The result.
        count: How many draws the posterior has.
        seed: Of the draws.

    Raises:
        UnavailableError: ArviZ is not installed.
    """
    try:
        arviz = importlib.import_module("arviz")
    except ImportError:
        raise UnavailableError("to_arviz needs ArviZ: pip install 'feynman-kac[arviz]'") from None
    indices = result.resampled_indices(count, seed)
    z = result.log_normalizer
    figures = {
        "log_normalizer": z.value,
        "log_normalizer_standard_error": z.standard_error,
        "effective_sample_size": result.effective_sample_size,
        "trust": result.trust,
    }
    attributes = {"inference_library": "feynman_kac", **{name: value for name, value in figures.items() if value is not None}}
    groups: dict[str, dict[str, Any]] = {
        "posterior": {"x": result.samples[indices]},
        "sample_stats": {"particle": indices, "weight": result.weights[indices]},
        "weighted_posterior": {"x": result.samples, "log_weight": result.log_weights, "ancestor": result.ancestors},
    }
    datasets = {name: _dataset(group, "particle" if name == "weighted_posterior" else "draw", attributes) for name, group in groups.items()}
    tree = getattr(importlib.import_module("xarray"), "DataTree", None)
    # From ArviZ 1.0 on its name for inference data is one of xarray's trees.
    if getattr(arviz, "InferenceData", tree) is tree and tree is not None:
        return tree.from_dict(datasets)
    return arviz.InferenceData(**datasets, warn_on_custom_groups=False)


def _dataset(group: dict[str, Any], rows: str, attributes: dict[str, Any]) -> Any:
    """A group with the dimensions chain, of one, and draw or particle, and further ones of x."""
    xarray = importlib.import_module("xarray")
    variables = {}
    for name, values in group.items():
        further = [f"{name}_dim_{axis}" for axis in range(values.ndim - 1)]
        variables[name] = (["chain", rows, *further], np.asarray(values)[None])
    counted = len(next(iter(group.values())))
    return xarray.Dataset(variables, coords={"chain": [0], rows: np.arange(counted)}, attrs=attributes)


def html(result: Result) -> str:
    """A result as a notebook shows it.

    Args:
        result: The result.
    """
    summary = result.summary
    rows = [
        ("log Z", str(result.log_normalizer)),
        ("particles", f"{summary['particles']}, d = {summary['dimensions']}"),
        ("effective sample size", f"{result.effective_sample_size:.0f}"),
        ("trust", result.trust),
        *(("doubtful" if finding.doubtful else "warning", finding.sentence) for finding in result.warnings),
    ]
    cells = "".join(
        f'<tr><th style="text-align:left">{escapes.escape(name)}</th><td style="text-align:left">{escapes.escape(text)}</td></tr>' for name, text in rows
    )
    return f"<table>{cells}</table>"
