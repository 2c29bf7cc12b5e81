"""Targets of models that know their scores alone, through the worker protocol, and what such models begin with."""

from target_parts import (
    VE,
    VP,
    annealed,
    far_mode,
    forty_modes,
    gaussian,
    guided,
    guided_modes,
    guided_pair,
    line_modes,
    linear,
    mixture,
    normal,
    product,
    program,
    three_modes,
)


def add_all(add):
    """Calls `add` with the name, the kind, whether it is easy, and the config of each."""
    g1, g2, m2 = normal(1, 0.0, 1.0), gaussian(2), three_modes(2)
    u2, c2 = guided_modes()
    wide_noise = {**VE, "sigma_min": 0.025, "sigma_max": 500}
    # A Gaussian start, as networks have it; scores alone, through the worker protocol.
    two_modes = mixture([[-1.0] * 8, [1.0] * 8], [0.5, 0.5], 1.0)
    for name, low_noise, model, easy in [
            ("d8-sigma3", 3.0, two_modes, False), ("d8-offset1-sigma3", 3.0, mixture([[0.0] * 8, [2.0] * 8], [0.5, 0.5], 1.0), False),
            ("d8-sigma10", 10.0, two_modes, False), ("d2-sd20-sigma50", 50.0, mixture([[-20.0, 0.0], [20.0, 0.0]], [0.4, 0.6], 20.0), False),
            ("d2-sigma50", 50.0, m2, False)]:
        process = {**VE, "sigma_max": low_noise}
        add(f"gaussian-start-{name}", "start", easy, annealed(model, 2, process, sampler={"start": "gaussian"}), short=name == "d8-sigma3")
        if name in ("d8-sigma3", "d2-sigma50"):
            config = annealed(program(model), 2, process)
            add(f"network-{name}", "network", easy, config, twin=annealed(model, 2, process))
    # The same by scores alone, from little noise: the start is fitted to them.
    apart = {name: line_modes(8, [offset - half, offset + half], [0.3, 0.7], [sd, sd], sd)
             for name, half, offset, sd in [("sigma3", 2.0, 0.0, 1.0), ("offset1-sigma3", 2.0, 1.0, 1.0), ("sd20-sigma50", 40.0, 3.0, 20.0),
                                             ("far-sigma3", 6.0, 0.0, 1.0)]}
    for name, model in apart.items():
        process = {**VE, "sigma_max": float(name.rpartition("sigma")[2])}
        add(f"fitted-d8-{name}", "network", name == "sigma3", annealed(program(model), 2, process), twin=annealed(model, 2, process),
            short=name == "sigma3")
    little = {**VE, "sigma_max": 3.0}
    wide, narrow = gaussian(3, 1.0, 1.6, 0.5, 0.4), gaussian(3, 0.6, 1.0, -0.3)
    add("fitted-product-d3-sigma3", "network", True, product({"a": 1, "b": 1}, {"a": program(wide), "b": program(narrow)}, little),
        twin=product({"a": 1, "b": 1}, {"a": wide, "b": narrow}, little))
    add("fitted-mixed-product-d3-sigma3", "network", True, product({"a": 1, "b": 1}, {"a": program(wide), "b": narrow}, little),
        twin=product({"a": 1, "b": 1}, {"a": wide, "b": narrow}, little))
    add("fitted-guided-w2-d3-sigma3", "network", True, guided(program(wide), program(narrow), 2, little), twin=guided(wide, narrow, 2, little))
    # Σ aᵢ/Sᵢ is below 0 where the path begins.
    add("fitted-improper-guided-w7-d3-sigma3", "improper", False, guided(program(narrow), program(gaussian(3, 1.8, 2.2)), 7, little),
        twin=guided(narrow, gaussian(3, 1.8, 2.2), 7, little), improper=True)
    add("network-product-vp", "network", True, product({"a": 1, "b": 1}, {"a": program(g2), "b": program(gaussian(2, 1.0, 1.8, 0.2))}, VP),
        twin=product({"a": 1, "b": 1}, {"a": g2, "b": gaussian(2, 1.0, 1.8, 0.2)}, VP), short=True)
    add("network-guided-w1.5-vp", "network", True, guided(program(u2), program(c2), 1.5, VP), twin=guided(u2, c2, 1.5, VP))
    moving = {"particles": 4000, "process": {**VE, "sigma_max": 20}, "models": {"a": g1}, "sampler": {"steps": 400},
              "target": {"log_linear": [{"model": "a", "exponent": {"from": 1.0, "to": 2.0}}], "reward": linear(2.0)}}
    add("network-moving-exponent-reward", "network", False,
        {**moving, "models": {"a": {**program(g1), "data_standard_deviation": 1}}}, twin=moving)
    add("network-moving-exponent-modes", "network", False,
        {**moving, "models": {"a": program(three_modes(1))}, "sampler": {},
         "target": {"log_linear": [{"model": "a", "exponent": {"from": 1.0, "to": 2.0}}]}},
        twin={**moving, "models": {"a": three_modes(1)}, "target": {"log_linear": [{"model": "a", "exponent": 2.0}]}})
    # Hard targets by scores alone: exponents move late, and log densities are carried along the path.
    parts = {f"d{i}": gaussian(3, 0.7, 0.8, 0.3 - 0.1 * i) for i in range(6)}
    for name, config in {
            "modes-d2-b3": annealed(three_modes(2), 3), "modes-d2-b5-vp": annealed(three_modes(2), 5, VP), "modes-d2-b8": annealed(three_modes(2), 8),
            "modes-d16-b4": annealed(three_modes(16), 4), "modes-d16-b8": annealed(three_modes(16), 8),
            "forty-modes-d2-b3": annealed(forty_modes(), 3, wide_noise, 4000),
            "gauss-d20-b8": annealed(gaussian(20), 8), "guided-gauss-d4-w7": guided(*guided_pair(4), 7), "guided-modes-d2-w4": guided(u2, c2, 4),
            "squared-d2": product({"a": 2, "b": 2}, {"a": three_modes(2), "b": three_modes(2, 1.4, 0.4)}),
            "rare-d10-b4": annealed(far_mode(10, 6.0, 0.02, 0.5), 4, particles=4000),
            # Few particles come to these, so that nothing is unreached.
            "narrow-d2-b3": annealed(far_mode(2, 6.0, 0.02, 0.1), 3), "narrow-d2-b2": annealed(far_mode(2, 5.0, 0.05, 0.05), 2),
            "narrow-d3-b1.3": annealed(far_mode(3, 8.0, 0.1, 0.1), 1.3), "narrow-d4-b2": annealed(far_mode(4, 7.0, 0.03, 0.2), 2),
            "posterior-d3-n6": product({"p": -5, **dict.fromkeys(parts, 1)}, {"p": normal(3, 0.0, 1.0), **parts})}.items():
        alone = {**config, "models": {key: program(model) for key, model in config["models"].items()}}
        add(f"scores-{name}", "scores", False, alone, twin=config, short=name in ("modes-d2-b8", "guided-modes-d2-w4"))
