"""Code as users write it, for the type checkers alone."""

import feynman_kac as fk
import numpy as np
import numpy.typing as npt


def score(x: npt.NDArray[np.float32], point: fk.NoisePoint) -> npt.NDArray[np.floating]:
    return -x / np.float32(1 + point.noise**2)


class Straight:
    def signal(self, time: float) -> float:
        return 1 - time

    def noise(self, time: float) -> float:
        return time


def use() -> tuple[fk.Result, float | None, npt.NDArray[np.float32]]:
    q = fk.Model(score, dimensions=2, prediction="score")
    p = fk.Gaussian([0.0, 1.0], 1.0)
    result: fk.Result = fk.sample(0.5 * q + 1.5 * p, process=Straight(), particles=100, steps="auto", noise_scale="tempered", resampling="ssp")
    error: float | None = result.log_normalizer.standard_error
    samples: npt.NDArray[np.float32] = result.samples
    fk.sample(q**2 * p, process=fk.Karras(), particles=100, reward=lambda x: x[:, 0], noise_scale=(1.0, 2.0), observer=lambda step, snapshot: step.step > 3)
    fk.sample(q, process={"kind": "karras"}, particles=100, noize_scale=1.0)  # type: ignore[call-arg]
    fk.sample(q, process=fk.Karras(), particles="many")  # type: ignore[arg-type]
    return result, error, samples
