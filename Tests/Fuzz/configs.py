"""Configs that are nearly right, wrong in one place, or wrong throughout."""

import json

HOSTILE = """0 -1 1 2 0.5 -0.0 1e-300 1e300 -1e300 1.7e308 -1.7e308 5e-324 1e-400 1e400 .nan .inf -.inf nan 1e18 -1e18 1e19 1e38
-1e38 3.5e38 1e-46 2147483647 2147483648 4294967296 9007199254740993 9223372036854775807 9223372036854775808
18446744073709551615 18446744073709551616 0x10 010 1_000 "1" 3.0000001 1e3 1e-3 ~ null true [] {} [1] {a: 1} ''
-9223372036854775808 1.5e1 +1 .5 5. 1e 1e+ 99999999999999999999999999999999""".split("\n")
HOSTILE = [word for line in HOSTILE for word in line.split(" ") if word] + ["{a: 1}", "1 2"]

NAMES = [
    "q", "a b", "1e3", "~", "null", "yes", "", " lead", "trail ", "a: b", "# c", "- x", "*a", "&a", "!t", "%", "@x", "`", "'",
    '"', "\\", "a.b", "..", "/", "<<", "=", "é", "日本", "😀", "\u2028", "\u2029x", "\u0085", "\u009b31m", "\ufeff", "\ufffe",
    "\uffff", "\ue000x", "\U0010ffff", "\x1b[31mred", "\x07", "\t", "line\nbreak", "\u202eabc", "x" * 128, "x" * 129, "y" * 1100,
    "\u2028" * 128, "NaN", ".inf", "0x1F", "012", "true", "---", "...", "{", "]", ",",
]


class Raw(str):
    """Stands in the text as it is."""


class Case:
    def __init__(self, files, arguments, is_large):
        self.files, self.arguments, self.is_large = files, arguments, is_large


def text(dice, value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=True) if dice.is_calm or dice.random() < 0.9 else value
    if isinstance(value, dict):
        pairs = [f"{text(dice, key)}: {text(dice, item)}" for key, item in value.items()]
        if not dice.is_calm and dice.random() < 0.004 and pairs:
            pairs.append(dice.choice(pairs))
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text(dice, item) for item in value) + "]"
    return repr(value)


def is_hostile(dice):
    return dice.random() < (0.01 if dice.is_calm else 0.06)


def number(dice):
    return Raw(dice.choice(HOSTILE)) if is_hostile(dice) else dice.choice(
        [0, 0.5, 1, 1.5, 2, -1, 3.25, 10, 0.01, round(dice.gauss(0, 2), 3)])


def positive(dice):
    return Raw(dice.choice(HOSTILE)) if is_hostile(dice) else dice.choice([0.1, 0.5, 1, 2, 5.5])


def vector(dice, dimensions):
    if not dice.is_calm and dice.random() < 0.04:
        dimensions += dice.choice([-1, 1, 3])
    return [number(dice) for _ in range(max(dimensions, 0))]


def table(dice):
    kind = dice.choice(["ddpm", "tabulated"])
    keys = {"kind": kind}
    own = {"schedule": lambda: dice.choice(["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"]), "timesteps": lambda: dice.choice([3, 4, 50, 1000]),
           "beta_start": lambda: positive(dice), "beta_end": lambda: positive(dice), "zero_terminal_snr": lambda: Raw(dice.choice(["true", "false"]))}
    if kind == "tabulated":
        rising = sorted(abs(value) if not isinstance(value, str) else 0.3 for value in vector(dice, dice.choice([3, 4, 5])))
        source = dice.choice(["betas", "alphas_cumprod", "noise", "noise"])
        if source == "noise":
            keys.update(signal=[1] * len(rising), noise=[value + 0.01 * k for k, value in enumerate(rising)])
        else:
            shares = [round(0.05 + 0.9 * k / len(rising), 3) for k in range(len(rising))]
            keys[source] = shares if source == "betas" else shares[::-1]
        own = {"times": lambda: [number(dice) for _ in rising], "time_zero": lambda: dice.choice(["data", "noise"])}
    for key, value in own.items():
        if dice.random() < (0.2 if kind == "ddpm" else 0.05):
            keys[key] = value()
    return keys


def process(dice):
    if dice.random() < 0.1:
        return table(dice)
    kind = dice.choice(
        ["variance-exploding"] * 4 + ["karras", "variance-preserving", "sub-variance-preserving", "flow-matching"])
    keys = {"kind": kind}
    own = {"variance-exploding": ["sigma_min", "sigma_max"], "karras": ["sigma_max", "rho"], "flow-matching": []}
    for key in own.get(kind, ["beta_min", "beta_max"]):
        if dice.random() < 0.1:
            keys[key] = positive(dice)
    return keys


def mixture(dice, dimensions):
    count = dice.choice([1, 2, 3])
    keys = {"means": [vector(dice, dimensions) for _ in range(count)]}
    keys["standard_deviations"] = dice.choice(
        [positive(dice), [positive(dice) for _ in range(count)],
         [[positive(dice) for _ in range(dimensions)] for _ in range(count)]])
    if dice.random() < 0.4:
        keys["weights"] = [1 / count] * count if dice.random() < 0.8 else [number(dice) for _ in range(count)]
    return keys


def model(dice, dimensions, files):
    kind = dice.choice(["gaussian"] * 3 + ["gaussian-mixture"] * 3 + (
        [] if dice.is_calm else ["mlp", "egnn", "onnx", "program", "process"]))
    if kind == "gaussian":
        return {"kind": kind, "mean": vector(dice, dimensions), "standard_deviation": positive(dice)}
    if kind == "gaussian-mixture":
        keys = mixture(dice, dimensions)
        if dice.random() < 0.6:
            return {"kind": kind, **keys}
        name = f"m{len(files)}.json"
        # The words of JSON and, now and then, those that are none.
        content = text(dice, keys).encode("utf-8", "surrogatepass")
        files[name] = damaged(dice, content) if not dice.is_calm and dice.random() < 0.3 else content
        return {"kind": kind, "file": name}
    files["net.bin"] = dice.randbytes(dice.choice([0, 7, 8, 9, 200]))
    if kind in ("program", "process"):
        return {"kind": kind, "command": ["false"], "dimensions": dice.choice([dimensions, Raw("2147483647")])}
    return {"kind": kind, "file": dice.choice(["net.bin", "none.bin", ".", "c.yaml"])}


def reward(dice, dimensions, depth=0):
    kind = dice.choice(["linear", "quadratic", "measurement", "inpainting", "log_sigmoid", "near", "all_of", "weighted_sum"])
    if depth > 3:
        kind = "linear"

    def part():
        return reward(dice, dimensions, depth + 1)

    return {"kind": kind, **{
        "linear": lambda: {"coefficients": vector(dice, dimensions)},
        "quadratic": lambda: {"center": vector(dice, dimensions), "precision": number(dice)},
        "measurement": lambda: {
            "matrix": [vector(dice, dimensions)], "observation": [number(dice)], "standard_deviation": positive(dice)},
        "inpainting": lambda: {
            "indices": [dice.choice([0, 1, Raw("2147483647")])], "values": [number(dice)],
            "standard_deviation": positive(dice)},
        "log_sigmoid": lambda: {"of": part(), "width": number(dice), "center": number(dice)},
        "near": lambda: {"of": part(), "value": number(dice), "standard_deviation": positive(dice)},
        "all_of": lambda: {"rewards": [{"kind": "log_sigmoid", "of": part()}]},
        "weighted_sum": lambda: {"rewards": [part(), part()], "weights": [number(dice), number(dice)]},
    }[kind]()}


def schedule(dice):
    if dice.is_calm:
        return positive(dice)
    return number(dice) if dice.random() < 0.8 else {"from": number(dice), "to": number(dice)}


def target(dice, names, dimensions):
    some = dice.choice(names)
    keys = dice.choice([
        lambda: {"annealed": {"model": some, "inverse_temperature": positive(dice)}},
        lambda: {"product": {name: schedule(dice) for name in names}},
        lambda: {"guided": {"unconditional": names[0], "conditional": names[-1], "scale": schedule(dice)}},
        lambda: {"log_linear": [{"model": name, "exponent": schedule(dice)} for name in names]},
    ])()
    if dice.random() < 0.3:
        keys["reward"] = reward(dice, dimensions)
        if dice.random() < 0.4:
            keys["reward"]["at"] = "denoised"
    return keys


def sampler(dice):
    keys = {"steps": dice.choice([1, 2, 5, 20, 40])}
    for key, values in {
        "scheme": ["exponential-multistep", "exponential", "heun", "euler-maruyama"], "grid": ["log-snr", "time", "karras", "auto"],
        "control": ["none", "radial", "linear", "auto"], "start": ["exact", "gaussian"], "denoise": ["none", "half"],
        "step_size_error": ["none", "doubling"], "noise_scale": [0, 1, 2, "tempered", {"from": 1, "to": 2}],
    }.items():
        if dice.random() < 0.2:
            keys[key] = dice.choice(values)
    for key in ["noise_scale", "start_time", "end_time", "maximum_noise_level", "minimum_noise_level", "tolerance"]:
        if dice.random() < (0.01 if dice.is_calm else 0.1):
            keys[key] = number(dice)
    return keys


def tree(dice, files):
    dimensions = dice.choice([1, 2, 2, 3, 6])
    names = [dice.choice(NAMES) if dice.random() < 0.4 else f"m{index}" for index in range(dice.choice([1, 1, 2, 3]))]
    names = list(dict.fromkeys(names))
    islands = dice.choice([1, 1, 1, 2, 8])
    config = {
        "seed": dice.choice([0, 7, Raw("18446744073709551615")]), "islands": islands,
        "particles": islands * dice.choice([1, 2, 3, 40, 70]), "process": process(dice),
        "models": {name: model(dice, dimensions, files) for name in names}, "target": target(dice, names, dimensions),
        "sampler": sampler(dice),
    }
    if dice.random() < 0.3:
        config["correction"] = dice.choice(["none", "feynman-kac", "kernel-ratio", "density-ratio"])
    if dice.random() < 0.3:
        config["resampling"] = {
            "scheme": dice.choice(["killing", "systematic", "multinomial", "residual", "stratified", "ssp", "metropolis"]),
            "ess_threshold": dice.choice([0, 0.5, 1, number(dice)])}
    if dice.random() < 0.2:
        config["rng"] = dice.choice(["philox", "mt19937", "ranlux", "gfsr4"])
    if dice.random() < 0.3:
        config["output"] = {"samples": dice.choice(["weighted", "resampled"])}
        if dice.random() < 0.5:
            config["output"]["trajectory"] = {"every_steps": dice.choice([1, 3]), "particles": dice.choice([1, 5])}
        if dice.random() < 0.4:
            config["output"]["formats"] = dice.choice([["npz"], ["xyz"], ["npz", "xyz"], ["xyz", "xyz"]])
            config["output"]["species"] = dice.choice(["Ar", ["C"], ["C", "H"], "argon"])
            config["output"]["genealogy"] = dice.choice([True, False])
    return config


def bomb(dice):
    """YAML that is small and means much."""
    levels, width = dice.choice([9, 30]), dice.choice([2, 10])
    lines = ["a0: &a0 [x, x]"] + [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, levels)]
    depth = dice.choice([100, 129, 5000])
    return dice.choice([
        "\n".join(lines), "\n".join(lines) + f"\n? *a{levels - 1}\n: 1", "[" * depth, "[" * depth + "]" * depth,
        "{a: " * depth + "1" + "}" * depth, "x: " + "y" * 70000, "- " * depth, "&a [*a]", "a: *b", "a: 1\n" * 300,
        "--- 1\n--- 2", "%YAML 9.9\n---\n1", "!!binary x", "? [a]\n: 1", "",
    ]).encode()


def damaged(dice, content):
    content = bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 8])):
        place = dice.randrange(len(content) + 1)
        match dice.randrange(5):
            case 0: del content[place:place + dice.choice([1, 5, 50])]
            case 1: content[place:place] = dice.choice([b"\x00", b"\xff", b"\xc3", b"\t", b"\r\n", b"{", b"]", b": ", b"&a ", b"*a", b"'"])
            case 2: content[place:place] = content[place:place + 20]
            case 3: content[place:place + 1] = dice.randbytes(1)
            case 4: content[place:place + 1] = dice.choice(HOSTILE).encode()
    return bytes(content)


def case(dice):
    files, arguments, is_large = {}, [], False
    # Two thirds have hardly anything wrong with them, so that what they mean is tried as well as what they say.
    dice.is_calm = dice.random() < 0.67
    config = tree(dice, files)
    for _ in range(0 if dice.is_calm else dice.choice([0, 0, 1, 2])):
        # Anything where anything else should be.
        place = config
        while isinstance(place, dict) and place and dice.random() < 0.7:
            key = dice.choice(list(place))
            if not isinstance(place[key], dict) or dice.random() < 0.2:
                is_large = is_large or key in ("particles", "islands", "steps", "sampler", "every_steps", "trajectory")
                place[key] = Raw(dice.choice(HOSTILE))
            place = place[key]
    if not dice.is_calm and dice.random() < 0.25:
        is_large = True
        key, value = dice.choice(["particles", "islands", "sampler.steps", "seed", "output.trajectory", "sampler.noise_scale"]), dice.choice(HOSTILE)
        arguments += ["--set", f"{key}={value}"]
    if not dice.is_calm and dice.random() < 0.1:
        arguments += dice.choice([
            ["--seed", "-1"], ["--seed", "18446744073709551616"], ["--threads", "0"], ["--threads", "3"], ["--set", "x"],
            ["--set", "=1"], ["--set", "models.\x1b[31m=1"]])
    block = "\n".join(f"{text(dice, key)}: {text(dice, value)}" for key, value in config.items()) + "\n"
    content = block.encode("utf-8", "surrogatepass")
    match 9 if dice.is_calm else dice.randrange(9):
        case 0: content = damaged(dice, content)
        case 1: content = b"\xef\xbb\xbf" + content
        case 2: content = content.replace(b"\n", b"\r\n")
        case 3: content = block.encode(dice.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32"]), "surrogatepass")
        case 4: content = bomb(dice)
    # What damage does to sizes is not known.
    is_large = is_large or b"steps" in content and content != block.encode("utf-8", "surrogatepass") and dice.random() < 0.9
    files["c.yaml"] = content
    return Case(files, arguments, is_large)
