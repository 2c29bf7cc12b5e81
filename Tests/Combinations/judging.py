"""What a row's run is worth beside the exact answer. Standard library only."""
import collections
import math
import re

import configs
import exact
import features
import plain

# One normal figure in two million is further off by chance.
LIMIT = 5
# Doubts that few particles carry the figure, which may be off by more than they can tell: the limit is REACH wider, in nats. Other
# doubts are of a setting, or of an estimator that is missing: log Z must be right all the same, but for the step size.
OF_PARTICLES = {"few-ancestors", "collapse", "one-island", "large-standard-error", "missed-mass", "disagreement"}
REACH = 0.25
# More where the weights have no finite variance, and where few particles carry a density ratio, whose tails are heavy at long steps.
HEAVY_REACH = 0.5
RATIO_REACH = 3.0
# Steps uniform in time are longer than 1 in log v at the ends of every process but two, which the densities of ratios do not bear.
LONG_REACH = 6.0
# No run's own figures excuse more than this: the targets are mild.
MOST = 8.0

Judged = collections.namedtuple("Judged", "kind, reason, sentence, error, allowed, codes")
# kind: right, doubtful, refused, stopped (a numerical failure, exit 70) or wrong. error and allowed: of log Z, in nats; None where there is none.


def allowance(row, steps):
    """What a setting of first order may be off by in log Z, in nats: its step-size error falls as 1/steps."""
    d = configs.dimensions(row)
    size = 0.0
    if row["scheme"] == "euler-maruyama":
        size += 0.1 * d
    if row["scheme"] == "exponential":
        size += 0.05 * d
    if row["correction"] == "kernel-ratio":
        size += 0.3 * d
    found = size * 200 / steps
    if row["guidance"] == "alignment":
        found += 0.1
    return found


def own_error(summary):
    """The standard error that the loss of effective particles makes likely, where the run's own is missing or rests on few islands."""
    n, islands = summary["particles"], summary["islands"]
    least, last = summary["minimum_effective_sample_size"], summary["effective_sample_size"]
    resampled = 0 if summary["log_normalizer_standard_error"] else summary["resample_count"] / islands
    return math.sqrt(resampled * max(0, 1 / least - 1 / n) + 1 / last)


def expected(row):
    """(log Z or None, means or None), in described coordinates."""
    if row["correction"] == "none":
        return None, plain.mean(row)
    answer = exact.answer(configs.described(row))
    return answer.log_normalizer, answer.mean


def sentence_of(stderr):
    """What fkc says of a refused config, without its place."""
    lines = [part for part in stderr.split(" | ") if "yaml: doubtful: " not in part and "yaml: warning: " not in part]
    text = " ".join(lines).strip()
    text = re.sub(r"^(fkc: )?\S*config\.yaml(:\d+)?: ", "", text)
    return text


def judge(row, answer, found, rule=None):
    """A Judged of one run: `rule` is the one that a refused row breaks, `found` what `runs.run` returned."""
    if found["exit"] == 65:
        sentence = sentence_of(found["stderr"])
        if rule is None:
            return Judged("wrong", f"refused: {sentence}", sentence, None, None, [])
        if rule.sentence not in sentence:
            return Judged("wrong", f"refused for another reason than '{rule.sentence}': {sentence}", sentence, None, None, [])
        return Judged("refused", None, sentence, None, None, [])
    if found["exit"] == 70 and rule is None:
        return Judged("stopped", found["stderr"][-300:], None, None, None, [])
    if found["exit"] != 0:
        return Judged("wrong", f"exit {found['exit']}: {found['stderr']}", None, None, None, [])
    if rule is not None:
        return Judged("wrong", f"ran, where it should be refused because '{rule.sentence}'", None, None, None, [])
    summary = found["summary"]
    doubts = [warning["code"] for warning in summary["warnings"] if warning["doubtful"]]
    is_sure = summary["trust"] != "doubtful"
    log_z, means = answer
    extra = allowance(row, summary["steps"])
    reach = HEAVY_REACH if "infinite-variance" in doubts else 0.0
    if set(doubts) & OF_PARTICLES:
        reach += RATIO_REACH if row["correction"] == "density-ratio" else REACH
    if row["grid"] == "time" and row["correction"] in features.RATIOS and row["process"] not in ("variance-exploding", "karras"):
        reach = LONG_REACH
    error = allowed = None
    if log_z is not None:
        value = summary["log_normalizer"]
        spread = max(summary["log_normalizer_standard_error"] or 0, own_error(summary))
        spread = math.hypot(spread, summary["step_size_error_standard_error"] or 0)
        # What the coarser run measured is what it is off by, or less than twice that where steps are long.
        error, allowed = value - log_z, LIMIT * spread + 2 * abs(summary["step_size_error"] or 0) + extra + reach
        allowed = min(allowed, MOST)
        if not abs(error) <= allowed:
            return Judged("wrong", f"log Z {value:.4f}, exact {log_z:.4f}: {error:+.3f}, allowed ± {allowed:.3f}", None, error, allowed, doubts)
    wrong = _wrong_mean(row, means, summary, extra + reach) if means else None
    if wrong:
        return Judged("wrong", wrong, None, error, allowed, doubts)
    return Judged("right" if is_sure else "doubtful", None, None, error, allowed, doubts)


# Of log Z between two runs that differ by rounding.
ROUNDING = 1e-4


def judge_twin(first, found, twin):
    """`first`, or what is wrong where a run and its twin should differ by rounding only."""
    if found["exit"] or twin["exit"]:
        return first
    apart = found["summary"]["log_normalizer"] - twin["summary"]["log_normalizer"]
    if abs(apart) <= ROUNDING:
        return first
    return first._replace(kind="wrong", reason=f"log Z is {apart:+.4f} from that of the isotropic jacobian, which is exact here")


def _wrong_mean(row, means, summary, extra):
    if row["rows"] == "atoms":
        means = configs.placed(means)
    n = min(summary["effective_sample_size"], summary.get("effective_ancestors") or summary["effective_sample_size"])
    errors = summary["mean_standard_error"] or [None] * len(means)
    steps = summary["mean_step_size_error"] or [0] * len(means)
    for j, (mean, right) in enumerate(zip(summary["mean"], means)):
        deviation = math.sqrt(max(summary["variance"][j], 0))
        spread = math.hypot(max(errors[j] or 0, deviation / math.sqrt(n)), steps[j] or 0)
        # A mean moves with the step size as log Z does, in standard deviations.
        if not abs(mean - right) <= LIMIT * spread + extra * deviation:
            return f"mean {j} is {mean:.4f}, exact {right:.4f}, allowed ± {LIMIT * spread + extra * deviation:.3f}"
    return None
