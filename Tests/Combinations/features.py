"""The features whose values are combined, and the combinations that are refused or mean nothing. Standard library only."""
import dataclasses

FEATURES = {
    "scheme": ("exponential-multistep", "exponential", "heun", "euler-maruyama"),
    "correction": ("feynman-kac", "kernel-ratio", "density-ratio", "none"),
    "control": ("radial", "linear", "diagonal", "scores", "none", "auto"),
    "exponent": ("constant", "moving", "negative"),
    "reward": ("none", "linear", "quadratic", "measurement", "near", "log_sigmoid", "network"),
    # Where the reward is taken: looking ahead, or, by how its gradient is carried back, at the denoised point.
    "point": ("-", "ahead", "state", "isotropic", "finite-difference"),
    # `withheld`: an analytic model of atoms, which knows no log density. `mixed`: one model of two knows its own.
    "knowledge": ("log-density", "program", "network", "mixed", "withheld"),
    "guidance": ("none", "projection", "momentum", "alignment"),
    "step_size_error": ("none", "doubling"),
    # From here on by pairs alone.
    "target": ("annealed", "log_linear", "guided"),
    "rows": ("line", "space", "atoms"),
    "start": ("exact", "gaussian", "fitted"),
    "noise_scale": ("0", "0.5", "1", "2", "moving", "tempered", "auto"),
    "resampler": ("killing", "systematic", "ssp", "multinomial", "residual", "stratified", "metropolis", "birth-death"),
    "threshold": ("0", "0.5", "1"),
    "islands": ("1", "8"),
    "steps": ("number", "auto"),
    "grid": ("log-snr", "time", "karras", "auto"),
    "process": ("variance-exploding", "variance-preserving", "cosine", "sub-variance-preserving", "karras", "flow-matching", "tabulated"),
    "own_process": ("same", "other"),
    "generator": ("philox", "mt19937", "taus2", "gfsr4"),
    "rejuvenation": ("none", "langevin", "metropolis"),
}
# These share memory with one another: every triple of their values is run.
SHARED = ("scheme", "correction", "control", "exponent", "reward", "point", "knowledge", "guidance", "step_size_error")

UNKNOWN = ("program", "network", "mixed", "withheld")
EXPLICIT = ("heun", "euler-maruyama")
RATIOS = ("kernel-ratio", "density-ratio")
DENOISED = ("isotropic", "finite-difference")
PROJECTED = ("projection", "momentum")


@dataclasses.dataclass
class Rule:
    """Values that cannot stand together. `sentence` is in what fkc says of them; None where they mean nothing and never run."""

    features: tuple
    forbids: object
    sentence: str = None

    def __post_init__(self):
        self.count = len(self.features)

    def broken_by(self, row):
        """Whether a row, or the part of one that is chosen, breaks this rule."""
        values = [row.get(feature) for feature in self.features]
        return None not in values and self.forbids(*values)


MEANINGLESS = [
    Rule(("reward", "point"), lambda reward, point: (reward == "none") != (point == "-")),
    Rule(("guidance", "target"), lambda guidance, target: guidance != "none" and target != "guided"),
    # The exponents' sum must stay above 0, so that one model alone has none below.
    Rule(("exponent", "target"), lambda exponent, target: exponent == "negative" and target == "annealed"),
    Rule(("knowledge", "target"), lambda knowledge, target: knowledge == "mixed" and target == "annealed"),
    # Atoms that know their log density are not made; a network of atoms with an exact answer needs a mean of 0.
    Rule(("knowledge", "rows"), lambda knowledge, rows:
         (knowledge == "withheld" and rows != "atoms") or (rows == "atoms" and knowledge not in ("withheld", "program"))),
    # Without weights there is no rate that a control could be fitted to.
    Rule(("correction", "control"), lambda correction, control: correction == "none" and control != "none"),
]

REFUSED = [
    Rule(("correction", "scheme"), lambda correction, scheme: correction in RATIOS and scheme in EXPLICIT, "needs an exponential scheme"),
    Rule(("correction", "noise_scale"), lambda correction, noise: correction in RATIOS and noise == "0", "needs a noise_scale above 0"),
    Rule(("correction", "grid", "process"), lambda correction, grid, process:
         correction in RATIOS and grid == "time" and process in ("variance-preserving", "cosine"), "compares densities at both ends of a step"),
    Rule(("point", "noise_scale"), lambda point, noise: point in DENOISED and noise == "0", "steers by the noise"),
    Rule(("correction", "knowledge"), lambda correction, knowledge: correction == "density-ratio" and knowledge in UNKNOWN,
         "density-ratio needs log densities"),
    Rule(("correction", "control"), lambda correction, control: correction == "kernel-ratio" and control not in ("none", "auto"),
         "adds nats to the error of kernel-ratio"),
    Rule(("control", "rows"), lambda control, rows: control in ("linear", "diagonal") and rows == "atoms", "breaks the symmetry of atoms"),
    Rule(("control", "correction"), lambda control, correction: control == "diagonal" and correction == "density-ratio",
         "diagonal is unknown to the densities of steps"),
    Rule(("control", "scheme", "correction"), lambda control, scheme, correction:
         control == "diagonal" and scheme == "heun" and correction == "feynman-kac", "diagonal is unknown to a scheme that asks the models twice"),
    Rule(("control", "correction"), lambda control, correction: control == "scores" and correction == "density-ratio",
         "scores adds drifts that the densities of steps do not know"),
    Rule(("control", "scheme", "correction"), lambda control, scheme, correction:
         control == "scores" and scheme in EXPLICIT and correction == "feynman-kac", "scores needs an exponential scheme"),
    Rule(("control", "guidance", "correction"), lambda control, guidance, correction:
         control == "scores" and guidance == "alignment" and correction == "feynman-kac", "scores asks both branches along the whole path"),
    Rule(("start", "knowledge"), lambda start, knowledge: start == "exact" and knowledge in UNKNOWN, "exact needs log densities"),
    Rule(("guidance", "correction"), lambda guidance, correction: guidance == "alignment" and correction == "density-ratio",
         "density-ratio would weigh for the conditional model alone"),
    Rule(("guidance", "exponent"), lambda guidance, exponent: guidance == "alignment" and exponent == "moving",
         "exponents that move need both branches"),
    Rule(("guidance", "correction"), lambda guidance, correction: guidance in PROJECTED and correction == "feynman-kac",
         "feynman-kac needs the divergence"),
    Rule(("guidance", "control"), lambda guidance, control: guidance in PROJECTED and control not in ("none", "auto"),
         "which guided.projection leaves unknown"),
    Rule(("guidance", "point"), lambda guidance, point: guidance in PROJECTED and point == "finite-difference",
         "finite-difference needs the composed scores"),
    Rule(("guidance", "scheme"), lambda guidance, scheme: guidance in PROJECTED and scheme == "heun", "heun has two drifts"),
    Rule(("resampler", "threshold", "correction"), lambda resampler, threshold, correction:
         resampler == "birth-death" and threshold != "1" and correction != "none", "is only right when it acts at every step"),
    *[Rule((feature, "correction"), lambda value, correction, wanted=wanted: value == wanted and correction != "feynman-kac",
           "compares the feynman-kac weights of two step lengths")
      for feature, wanted in (("steps", "auto"), ("grid", "auto"), ("noise_scale", "auto"), ("step_size_error", "doubling"))],
    Rule(("rejuvenation", "guidance"), lambda moves, guidance: moves != "none" and guidance in PROJECTED, "moves go along the composed scores"),
    Rule(("rejuvenation", "guidance"), lambda moves, guidance: moves != "none" and guidance == "alignment", "moves ask both branches"),
    Rule(("rejuvenation", "exponent", "knowledge", "correction"), lambda moves, exponent, knowledge, correction:
         moves == "langevin" and exponent == "moving" and knowledge in UNKNOWN and correction not in ("none", "density-ratio"),
         "exponents that move need log densities"),
    Rule(("rejuvenation", "control", "correction"), lambda moves, control, correction:
         moves != "none" and control == "scores" and correction == "feynman-kac", "moves leave the probes of control: scores behind"),
    # Looking ahead has the isotropic jacobian where a config says nothing of it.
    Rule(("rejuvenation", "point"), lambda moves, point: moves == "langevin" and point in ("ahead", "isotropic"),
         "of which the isotropic Jacobian is a guess"),
    Rule(("rejuvenation", "knowledge"), lambda moves, knowledge: moves == "metropolis" and knowledge in UNKNOWN, "accepts by log densities"),
    *[Rule((feature, "guidance"), lambda value, guidance, wanted=wanted: value == wanted and guidance in ("alignment", "momentum"),
           "momentum and alignment_threshold of a guided target depend")
      for feature, wanted in (("steps", "auto"), ("grid", "auto"), ("noise_scale", "auto"), ("step_size_error", "doubling"))],
]
RULES = MEANINGLESS + REFUSED

# What a run is doubtful of by its settings alone. Rows without it are a second array, of pairs: those must be right and sure.
DOUBTED = [
    Rule(("scheme",), lambda scheme: scheme in ("exponential", "euler-maruyama")),
    Rule(("correction",), lambda correction: correction in ("none", "kernel-ratio")),
    Rule(("guidance",), lambda guidance: guidance == "alignment"),
    Rule(("noise_scale",), lambda noise: noise in ("0", "0.5", "tempered")),
    # Only a coarser run tells how exact carried log densities are. The moving term of `mixed` is one that does not know its own.
    Rule(("exponent", "knowledge", "step_size_error"), lambda exponent, knowledge, error:
         exponent == "moving" and knowledge in UNKNOWN and error == "none"),
    Rule(("resampler", "threshold", "islands"), lambda resampler, threshold, islands:
         islands == "1" and (resampler not in ("killing", "multinomial") or threshold == "1")),
    Rule(("steps",), lambda steps: steps == "auto"),
]

# Of one isotropic Gaussian a finite difference and the isotropic jacobian are the same number, and without resampling so are all
# others. A wrong jacobian makes no wrong answer, only weights that vary more: these rows are run with both.
SAME_JACOBIAN = {
    "point": "finite-difference", "knowledge": "network", "target": "annealed", "threshold": "0", "steps": "number", "correction": "feynman-kac",
    "exponent": "constant", "scheme": "exponential-multistep", "noise_scale": "1"}

# Parts of rows that once were wrong: each is run with these values beside it.
REMEMBERED = [
    # The reward's values lay in a buffer that the carrying of log densities overwrote.
    ({"exponent": "moving", "point": "state", "correction": "feynman-kac", "scheme": "exponential-multistep", "target": "log_linear",
      "noise_scale": "1", "steps": "number"}, {"knowledge": UNKNOWN, "reward": ("linear", "near", "quadratic")}),
    (SAME_JACOBIAN, {"reward": ("near", "quadratic"), "rows": ("line", "space")}),
]
