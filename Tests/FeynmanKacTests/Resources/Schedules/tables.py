"""Remakes tables.json beside it: `alphas_cumprod` of schedulers of diffusers at some training steps.

    pip install diffusers torch
    python3 tables.py

They are computed in float32, as diffusers does.
"""
import json
import pathlib
import re

import diffusers
import torch

SCHEDULERS = [
    {"beta_schedule": name, "rescale_betas_zero_snr": rescaled}
    for name in ("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid") for rescaled in (False, True)
] + [
    {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012},
    {"beta_schedule": "linear", "beta_start": 0.0015, "beta_end": 0.0195, "num_train_timesteps": 400},
]
SHARES = (0, 0.001, 0.002, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.998, 0.999, 1)


def table(settings):
    scheduler = diffusers.DDPMScheduler(**settings)
    last = scheduler.config.num_train_timesteps - 1
    entries = sorted({round(share * last) for share in SHARES})
    return {
        "schedule": scheduler.config.beta_schedule, "beta_start": scheduler.config.beta_start, "beta_end": scheduler.config.beta_end,
        "timesteps": last + 1, "zero_terminal_snr": scheduler.config.rescale_betas_zero_snr, "entries": entries,
        "alphas_cumprod": [scheduler.alphas_cumprod[entry].item() for entry in entries],
    }


def main():
    found = {"diffusers": diffusers.__version__, "torch": torch.__version__, "tables": [table(settings) for settings in SCHEDULERS]}
    path = pathlib.Path(__file__).with_name("tables.json")
    lines = json.dumps(found, indent=1)
    # A list a line.
    path.write_text(re.sub(r"\n {4,}|\n {3}(?=\])", " ", lines) + "\n")


if __name__ == "__main__":
    main()
