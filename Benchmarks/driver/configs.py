"""Configs and networks that are timed."""

from driver.perceptron import perceptron
from driver.running import ROOT


def write(folder, name, text):
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def stated(sampler):
    """With the control that recorded figures have where a config says nothing."""
    return sampler if "control" in sampler else f"{sampler}, control: radial"


def gmm40(folder, name, particles, steps, sampler, resampling):
    return write(folder, name, f"""seed: 1
particles: {particles}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 50}}
models: {{gmm40: {{kind: gaussian-mixture, file: {ROOT / "Experiments/gmm40/gmm40.json"}}}}}
target: {{annealed: {{model: gmm40, inverse_temperature: 3.0}}, path: constant}}
sampler: {{steps: {steps}, step_size_error: none{stated(sampler)}}}
resampling: {{{resampling}}}
""")


def mlp(folder, name, particles, steps, sampler):
    return write(folder, name, f"""seed: 1
particles: {particles}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}}
models: {{m: {{kind: mlp, file: {perceptron()}}}}}
target: {{annealed: {{model: m, inverse_temperature: 1.5}}}}
sampler: {{steps: {steps}, start: gaussian, step_size_error: none{stated(sampler)}}}
resampling: {{scheme: systematic, ess_threshold: 1}}
""")


def lj13(folder, name, particles, steps):
    return write(folder, name, f"""seed: 1
particles: {particles}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 4}}
models: {{lj13: {{kind: egnn, file: {lj13_network()}}}}}
target: {{annealed: {{model: lj13, inverse_temperature: 1.5}}}}
sampler: {{steps: {steps}, start: gaussian, step_size_error: none, control: radial}}
""")


def tiny(folder):
    return write(folder, "tiny", """seed: 1
particles: 100
process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 10}
models: {normal: {kind: gaussian, mean: [0.0], standard_deviation: 1.0}}
target: {annealed: {model: normal, inverse_temperature: 2.0}}
sampler: {steps: 10}
""")


def lj13_network():
    return ROOT / "Experiments/lj13/egnn.safetensors"
