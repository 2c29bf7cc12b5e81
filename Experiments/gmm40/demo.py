"""Runs ours.yaml once and prints its main figures beside the exact ones. Standard library only."""
import json
import pathlib
import sys
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs


def main():
    print("Annealing the forty-mode mixture to q³: 10,000 particles, 1,000 evaluations of each …", flush=True)
    folder = repeated_runs.run(HERE / "ours.yaml", seed=1)
    exact = json.loads((HERE / "exact.json").read_text())["end_of_path"]
    summary = repeated_runs.summary(folder)
    metrics = repeated_runs.compare(
        folder, HERE / "reference.npy", "--mixture", HERE / "gmm40.json", "--noise-level", 0.025**2,
        "--inverse-temperature", 3)["metrics"]

    def line(name, found, wanted):
        print(f"  {name:<36}{found:>22}   {wanted}")

    print(f"\nResults are in {folder}\n")
    line("", "found", "exact")

    def estimate(value, error, digits):
        return f"{value:.{digits}f}" + (f" ± {error:.{digits}f}" if error is not None else "")

    line("log Z", estimate(summary["log_normalizer"], summary["log_normalizer_standard_error"], 3),
         f"{exact['log_normalizer']:.3f}")
    # By groups of particles of one ancestor: the effective sample size alone would leave out what resampling does.
    errors = summary["mean_standard_error"] or [None, None]
    for j, axis in enumerate("xy"):
        line(f"mean of {axis}", estimate(summary["mean"][j], errors[j], 2), f"{exact['mean'][j]:.2f}")
    for j, axis in enumerate("xy"):
        line(f"variance of {axis}", f"{summary['variance'][j]:.0f}", f"{exact['variance'][j]:.0f}")
    print()
    line("distance to exact samples", "found", "perfect samples score")
    for key, name in [
            ("total_variation", "total variation, 200 × 200 cells"), ("w2", "W2, 2,000 samples"),
            ("energy_w1", "energy W1")]:
        metric = metrics[key]
        line(name, f"{metric['value']:.3f}",
             f"{metric['floor_mean']:.3f} ± {metric['floor_standard_deviation']:.3f}")
    ess = summary["effective_sample_size"]
    print(f"\n  effective sample size {ess:.0f} of {summary['particles']}, {summary['resample_count']} resamplings, "
          f"{summary['wall_seconds']:.2f} s on {summary['threads']} threads")
    if summary["trust"] != "ok":
        print(f"\n  {summary['trust']}:")
        for warning in summary["warnings"]:
            if warning["doubtful"]:
                print(textwrap.fill(warning["sentence"], 110, initial_indent="    ", subsequent_indent="    "))


if __name__ == "__main__":
    main()
