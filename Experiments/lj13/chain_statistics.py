"""What a set of Markov chains says of its own errors."""

import numpy as np


def autocorrelation(series, longest):
    """Mean over chains `[chains, rounds]` of the autocorrelation about the mean of all, by FFT."""
    centred = series - series.mean()
    size = 2 * series.shape[1]
    power = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    lags = np.fft.irfft(power.mean(0), size)[: longest + 1] / (series.shape[1] - np.arange(longest + 1))
    return lags / lags[0]


def integrated_time(correlation):
    """1 + 2 Σ ρ up to the first window of five times itself (Sokal)."""
    times = 2 * np.cumsum(correlation) - 1
    window = np.argmax(np.arange(len(times)) > 5 * times)
    return float(times[window])


def r_hat(series):
    """Split R-hat (Gelman et al., Bayesian Data Analysis, §11.4) of `[chains, rounds]`."""
    half = series.shape[1] // 2
    halves = np.concatenate([series[:, :half], series[:, half : 2 * half]])
    within = halves.var(1, ddof=1).mean()
    between = half * halves.mean(1).var(ddof=1)
    return float(np.sqrt(((half - 1) / half * within + between / half) / within))


def batch_errors(energy, batches=20):
    """The standard error of each chain's mean, from the means of its batches."""
    size = energy.shape[1] // batches
    means = energy[:, : size * batches].reshape(len(energy), batches, size).mean(2)
    return means.std(1, ddof=1) / np.sqrt(batches)
