"""log Z of LJ-13 at every temperature of the chains, absolute, and what an annealed run's log Z should be.

    python free_energy.py         after sample.py; prints a table and writes free_energy.json

log Z(T) = log ∫ exp(−E/T) over the 36 free coordinates. At T = 200 the atoms hardly meet: log Z is that of the harmonic well,
18 log(2πT), and the second virial term, by quadrature. From there Bennett's acceptance ratio (pymbar) steps down the ladders
of temperatures, through the chains' energies. Errors are from the spread of groups of independent ladders.

The run's target is the β-th power of the normalised density q at T = 2, so log ∫ q^β = log Z(2/β) − β log Z(2). Its path ends
at a noise σ rather than at none, which to first order changes log ∫ q^β by −½ σ² β(β−1) ⟨|∇ log q|²⟩, the mean at T = 2/β.
"""

import json
import pathlib

import lennard_jones as lj
import numpy as np
from pymbar.other_estimators import bar
from scipy.integrate import quad

HERE = pathlib.Path(__file__).parent
TRAINED = 2.0
END_NOISE = 0.01
GROUPS = 8


def dilute(temperature):
    """log Z where atoms hardly meet: the well, and one factor exp(−u/T) − 1 for each of the 78 pairs."""

    def integrand(r):
        sixth = 1 / (r * r + lj.OFFSET) ** 3
        return 4 * np.pi * r * r * np.expm1(-2 * sixth * (sixth - 2) / temperature) * np.exp(-r * r / (4 * temperature))

    pairs = sum(quad(integrand, low, high, epsabs=1e-9)[0] for low, high in ((0, 0.5), (0.5, 1.5), (1.5, 10), (10, 200)))
    return 18 * np.log(2 * np.pi * temperature) + np.log1p(78 * pairs / (4 * np.pi * temperature) ** 1.5)


def differences(temperatures, energies):
    """log Z(T_k) − log Z(T_k+1) of neighbours, `[levels − 1]`, from energies `[levels, samples]`."""
    steps = []
    for level in range(len(temperatures) - 1):
        change = 1 / temperatures[level + 1] - 1 / temperatures[level]
        # bar gives −log Z(T_k+1) + log Z(T_k).
        found = bar(change * energies[level], -change * energies[level + 1], compute_uncertainty=False)
        steps.append(found["Delta_f"])
    return np.array(steps)


def descent(name):
    """log Z relative to the hottest level of a set: `[levels]`, and of each group of ladders, `[groups, levels]`."""
    chains = np.load(HERE / "data" / f"energies_{name}.npz")
    temperatures, energies = chains["temperatures"], chains["energies"]

    def total(part):
        steps = differences(temperatures, part.reshape(len(temperatures), -1))
        return np.append(np.cumsum(steps[::-1])[::-1], 0)

    groups = np.stack([total(part) for part in np.array_split(energies, GROUPS, axis=1)])
    return [f"{value:g}" for value in temperatures], total(energies), groups


def error(groups):
    return groups.std(0, ddof=1) / np.sqrt(len(groups))


def main():
    hot, hot_total, hot_groups = descent("hot")
    cold, cold_total, cold_groups = descent("reference")
    top = dilute(float(hot[-1]))
    at = hot.index("2")
    trained, trained_error = top + hot_total[at], error(hot_groups)[at]
    # The reference's ladder hangs on the hot one at T = 2.
    base = cold.index("2")
    relative = cold_total - cold_total[base]
    relative_groups = cold_groups - cold_groups[:, [base]]
    answers = {"log_z_at_200": round(top, 6), "log_z_at_2": {"value": round(float(trained), 4), "error": round(float(trained_error), 4)}, "annealed": {}}
    print(f"log Z(T = 200) = {top:.5f}, log Z(T = 2) = {trained:.4f} ± {trained_error:.4f}")
    print("T        log Z(T) − log Z(2)    log ∫ q^β        at the path's end")
    for name, value, spread in zip(cold, relative, error(relative_groups)):
        temperature = float(name)
        path = HERE / "data" / f"reference_{temperature}.npy"
        if not path.exists():
            continue
        beta = TRAINED / temperature
        gradient = (lj.gradients(np.load(path)) ** 2).sum(1).mean() / TRAINED**2
        power = value - (beta - 1) * trained
        noised = power - 0.5 * END_NOISE**2 * beta * (beta - 1) * gradient
        uncertainty = float(np.hypot(spread, (beta - 1) * trained_error))
        print(f"{name:8s} {value:8.4f} ± {spread:.4f}      {power:9.3f}       {noised:9.3f} ± {uncertainty:.3f}")
        answers["annealed"][str(temperature)] = {
            "inverse_temperature": round(beta, 4),
            "log_ratio": round(float(value), 4),
            "log_ratio_error": round(float(spread), 4),
            "log_normalizer": round(float(power), 4),
            "log_normalizer_at_end": round(float(noised), 4),
            "error": round(uncertainty, 4),
        }
    (HERE / "free_energy.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
