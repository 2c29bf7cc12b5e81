"""What a run's answer is worth beside the exact one."""
import collections
import math

# A run that says it is sure must be this close, in its own standard errors. One run in two million is further off by chance.
LIMIT = 5

Verdict = collections.namedtuple("Verdict", "kind, reason, error, codes")
# kind: ok, doubtful, refused or wrong. error: of log Z, in the run's own standard errors. codes: of its warnings.


def judge(target, answer, found):
    """A Verdict of one run: `answer` is None where the target is improper, `found` what `runs.run` returned."""
    if found["exit"] in (65, 70):
        if target.improper and found["exit"] != 65 and not target.may_doubt:
            return Verdict("wrong", f"exit {found['exit']} where 65 says that there is no integral", None, [])
        if not target.improper and found["exit"] == 65:
            return Verdict("wrong", f"refused as if its config were at fault: {found['stderr']}", None, [])
        return Verdict("refused", f"exit {found['exit']}: {found['stderr']}", None, [])
    if found["exit"] != 0:
        return Verdict("wrong", f"exit {found['exit']}: {found['stderr']}", None, [])
    summary = found["summary"]
    codes = [warning_code(warning) for warning in summary.get("warnings") or []]
    if target.improper:
        if target.may_doubt and summary.get("trust") == "doubtful":
            return Verdict("doubtful", "no finite integral", None, codes)
        return Verdict("wrong", f"log Z {summary['log_normalizer']} of a target without a finite integral", None, codes)
    deviation, reason = _deviation(answer, summary)
    if summary.get("trust") == "doubtful":
        return Verdict("doubtful", reason, deviation, codes)
    return Verdict("wrong" if reason else "ok", reason, deviation, codes)


def warning_code(warning):
    return warning["code"] if isinstance(warning, dict) else str(warning).split(":")[0][:40]


def _deviation(answer, summary):
    """How far log Z is off in standard errors, and what is wrong with the figures, or None."""
    value, standard_error = summary["log_normalizer"], summary["log_normalizer_standard_error"]
    if value is None or standard_error is None:
        return None, "no standard error"
    step, step_error = step_error_of(summary)
    allowed = math.sqrt(standard_error**2 + (step or 0) ** 2 + (step_error or 0) ** 2)
    error = value - answer.log_normalizer
    deviation = error / allowed if allowed > 0 else math.copysign(math.inf, error)
    if not abs(deviation) <= LIMIT:
        return deviation, f"log Z {value:.5g}, exact {answer.log_normalizer:.5g}: {error:+.3g} with ± {allowed:.2g}"
    return deviation, _wrong_mean(answer, summary)


def step_error_of(summary):
    """The step-size error of log Z and its own standard error, under either name; None where it was not measured."""
    if "log_normalizer_step_error" in summary:
        return summary["log_normalizer_step_error"], summary.get("log_normalizer_step_error_standard_error")
    return summary.get("step_size_error"), summary.get("step_size_error_standard_error")


def _wrong_mean(answer, summary):
    errors = summary.get("mean_standard_error")
    if not errors:
        return None
    steps = summary.get("mean_step_size_error") or [0] * len(errors)
    step_errors = summary.get("mean_step_size_error_standard_error") or [0] * len(errors)
    for j, (mean, exact) in enumerate(zip(summary["mean"], answer.mean)):
        if errors[j] is None:
            continue
        allowed = math.sqrt(errors[j] ** 2 + (steps[j] or 0) ** 2 + (step_errors[j] or 0) ** 2)
        if not abs(mean - exact) <= LIMIT * allowed:
            return f"mean {j} is {mean:.4g}, exact {exact:.4g}, with ± {allowed:.2g}"
    return None
