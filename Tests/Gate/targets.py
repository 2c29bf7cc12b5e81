"""The gate's targets: configs with exact answers. Sampler settings are the defaults but where a target is about one."""

import network_targets
from target_parts import (
    FLOW,
    PROCESSES,
    VE,
    VP,
    Target,
    annealed,
    far_mode,
    forty_modes,
    gaussian,
    guided,
    guided_modes,
    guided_pair,
    half_space,
    has_heavy_weights,
    line_modes,
    linear,
    mixture,
    normal,
    product,
    rewarded,
    three_modes,
)


def all_targets():
    found = []

    def add(name, kind, easy, config, **rest):
        found.append(Target(name, kind, easy and not has_heavy_weights(rest.get("twin", config)), config, **rest))

    # Annealed Gaussians.
    for process, settings in PROCESSES.items():
        add(f"gauss-d4-b1.5-{process}", "annealed-gaussian", True, annealed(gaussian(4), 1.5, settings),
            short=process in ("vp", "flow"))
    for d, beta, process, easy in [
            (1, 0.3, "ve", True), (1, 2, "vp", True), (1, 5, "ve", True), (1, 8, "vp", False), (2, 0.5, "vp", True),
            (2, 3, "karras", True), (3, 6, "ve", False), (5, 1.3, "ve", True), (5, 4, "ve", False), (8, 2, "vp", True),
            (16, 0.7, "cosine", True), (20, 3, "vp", False), (32, 1.2, "ve", True), (32, 2, "sub-vp", False),
            (64, 0.3, "ve", False), (64, 1.1, "vp", True), (64, 2, "vp", False), (64, 8, "vp", False)]:
        add(f"gauss-d{d}-b{beta}-{process}-wide", "annealed-gaussian", easy, annealed(gaussian(d), beta, PROCESSES[process]),
            short=(d, beta) in [(1, 2), (5, 1.3), (5, 4), (20, 3)])

    # Annealed mixtures.
    for process, settings in PROCESSES.items():
        add(f"modes-d2-b1.5-{process}", "annealed-mixture", True, annealed(three_modes(2), 1.5, settings),
            short=process in ("cosine", "karras"))
    for d, beta, process, easy in [
            (1, 0.5, "ve", True), (1, 1.3, "vp", True), (1, 3, "ve", False), (1, 8, "ve", False), (2, 0.4, "vp", True),
            (2, 2, "ve", True), (2, 3, "ve", False), (2, 4, "vp", False), (2, 6, "ve", False), (2, 8, "ve", False),
            (3, 2, "flow", False), (4, 1, "ve", True), (8, 2, "ve", False), (16, 2, "vp", False), (32, 3, "ve", False)]:
        add(f"modes-d{d}-b{beta}-{process}", "annealed-mixture", easy, annealed(three_modes(d), beta, PROCESSES[process]),
            short=(d, beta) in [(1, 3), (2, 2), (2, 6), (4, 1)])
    forty = forty_modes()
    wide_noise = {**VE, "sigma_min": 0.025, "sigma_max": 500}
    for beta, easy in ((0.7, True), (1.5, True), (3, False)):
        add(f"forty-modes-d2-b{beta}", "annealed-mixture", easy, annealed(forty, beta, wide_noise, 10000))
    for d, beta, easy in [(4, 1.2, True), (8, 1.4, True), (12, 2.5, False)]:
        add(f"line-d{d}-b{beta}-vp", "annealed-mixture", easy,
            annealed(line_modes(d, [-2.5, 1.0, 3.0], [0.2, 0.5, 0.3], [0.5, 0.8, 0.6], 0.9), beta, VP), short=d == 4)

    # A narrow, rare mode that the cold target lives in.
    for d, place, weight, sd, beta, process in [
            (10, 6.0, 0.02, 0.5, 4, "ve"), (8, 6.0, 0.02, 0.5, 4, "ve"), (7, 6.0, 0.02, 0.5, 4, "ve"), (2, 5.0, 0.02, 0.1, 3, "ve"),
            (12, 5.0, 0.01, 0.4, 3, "vp"), (6, 7.0, 0.05, 0.3, 2, "flow"), (5, 6.0, 0.01, 0.3, 2.5, "ve"), (16, 6.0, 0.05, 0.6, 3, "karras"),
            (3, -8.0, 0.002, 0.2, 4, "ve"), (1, 6.0, 0.02, 0.02, 3, "vp")]:
        add(f"rare-d{d}-w{weight}-sd{sd}-b{beta}-{process}", "rare-mode", False,
            annealed(far_mode(d, place, weight, sd), beta, PROCESSES[process], 10000), short=d in (10, 2))
    # The same shape where it can't hurt: the mode stays rare.
    add("rare-harmless-d2-b1", "rare-mode", True, annealed(far_mode(2, 5.0, 0.05, 0.5), 1, VE, 10000))
    add("rare-harmless-d4-b1.2", "rare-mode", True, annealed(far_mode(4, 5.0, 0.05, 1.0), 1.2, VP, 10000))

    # Products.
    two = {"a": three_modes(2), "b": three_modes(2, 1.4, 0.4)}
    for process in ("ve", "vp", "flow", "karras"):
        add(f"product2-modes-d2-{process}", "product", True, product({"a": 1, "b": 1}, two, PROCESSES[process]),
            short=process in ("ve", "flow"))
    for d, count, process, easy in [(1, 2, "ve", True), (3, 3, "vp", True), (5, 2, "sub-vp", True), (5, 4, "ve", True), (8, 3, "cosine", True),
                                    (16, 2, "ve", True), (32, 2, "vp", True), (64, 2, "ve", True), (5, 5, "karras", True), (64, 5, "vp", False)]:
        models = {f"m{i}": gaussian(d, 0.6 + 0.1 * i, 1.4 + 0.1 * i, 0.5 - 0.25 * i, 0.2 * i) for i in range(count)}
        add(f"product{count}-gauss-d{d}-{process}", "product", easy, product({name: 1 for name in models}, models, PROCESSES[process]),
            short=(d, count) in [(5, 4), (16, 2)])
    for far in (4, 15, 30):
        experts = {s: {"kind": "gaussian", "mean": [f * far], "standard_deviation": 1} for s, f in (("left", -1), ("right", 1))}
        add(f"experts-{far}", "product", True, product({"left": 1, "right": 1}, experts), short=far == 15)
    add("product-fraction-d1", "product", True, product({"a": 0.5, "b": 0.8}, {"a": three_modes(1), "b": three_modes(1, 1.5)}, VP), short=True)
    add("product-mixed-processes-d2", "product", True, product(
        {"a": 1, "b": 1}, {"a": {**three_modes(2), "process": VP}, "b": {**three_modes(2, 1.4, 0.4), "process": FLOW}}, VE))
    add("product-three-mixtures-d2", "product", True, product(
        {"a": 1, "b": 1, "c": 1}, {**two, "c": three_modes(2, 2.0, -0.3)}, VP))
    add("product-mixture-gauss-d8", "product", True, product({"a": 1, "b": 1}, {"a": three_modes(8), "b": gaussian(8, 1.0, 2.0)}, VE))
    for d, exponents, process, easy in [(2, (2, 2), "ve", False), (1, (2, 2), "vp", False), (2, (3, 2), "ve", False), (4, (2, 1), "flow", False)]:
        add(f"squared-d{d}-{exponents[0]}-{exponents[1]}-{process}", "product-squared", easy,
            product({"a": exponents[0], "b": exponents[1]}, {"a": three_modes(d), "b": three_modes(d, 1.4, 0.4)}, PROCESSES[process]),
            short=d == 2 and process == "ve" and exponents[0] == 2)
    for d, process, easy in [(2, "vp", True), (10, "ve", False), (32, "ve", False)]:
        models = {"a": gaussian(d, 0.6, 1.4, 0.5), "b": gaussian(d, 0.7, 1.5, -0.4, 0.3)}
        add(f"squared-gauss-d{d}-{process}", "product-squared", easy, product({"a": 2, "b": 2}, models, PROCESSES[process]))

    # Guided.
    for d, scale, process, easy in [
            (1, 1.5, "ve", True), (2, 1.5, "vp", True), (4, 1.5, "flow", True), (8, 1.4, "ve", True), (16, 1.3, "vp", True), (1, 3, "ve", False),
            (2, 4, "vp", False), (4, 2, "karras", False), (4, 7, "ve", False), (5, 8, "ve", False), (16, 3.5, "ve", False), (20, 4, "ve", False),
            (32, 1.5, "ve", False), (64, 2, "vp", False), (64, 4, "ve", False), (64, 1.2, "cosine", True)]:
        add(f"guided-gauss-d{d}-w{scale}-{process}", "guided", easy, guided(*guided_pair(d), scale, PROCESSES[process]),
            short=(d, scale) in [(1, 1.5), (4, 7), (5, 8), (2, 1.5)])
    u2, c2 = guided_modes()
    for scale, process, easy in [(1.5, "ve", True), (1.5, "vp", True), (2, "vp", True), (4, "ve", False), (8, "vp", False)]:
        add(f"guided-modes-d2-w{scale}-{process}", "guided", easy, guided(u2, c2, scale, PROCESSES[process]), short=scale in (4,))
    u1, c1 = mixture([[-2.0], [1.5]], [0.4, 0.6], [1.0, 1.1]), mixture([[-1.5], [1.8]], [0.2, 0.8], [0.7, 0.8])
    for scale, easy in [(2, True), (5, False)]:
        add(f"guided-modes-d1-w{scale}", "guided", easy, guided(u1, c1, scale))

    # Without a finite integral: to be refused.
    tails_u = mixture([[-2.0], [2.0]], [0.5, 0.5], [1.0, 1.0])
    for name, config in {
            "tail-w2": guided(tails_u, mixture([[-2.0], [2.0]], [0.98, 0.02], [0.8, 1.5]), 2),
            "tail-w3-vp": guided(tails_u, mixture([[-2.0], [2.0]], [0.9, 0.1], [0.7, 1.3]), 3, VP),
            "gauss-w8": guided(normal(1, 0.0, 1.0), normal(1, 1.0, 1.1), 8),
            "gauss-w5": guided(normal(2, 0.0, 1.0), normal(2, 1.0, 2.0), 5),
            "gauss-w4-d8-one-coordinate": guided(
                {"kind": "gaussian", "mean": [0.0] * 8, "standard_deviation": [1.0] * 8},
                {"kind": "gaussian", "mean": [0.5] * 8, "standard_deviation": [0.8] * 7 + [1.3]}, 4, FLOW),
            "quotient": product({"a": 1, "b": -1.5}, {"a": normal(2, 0.0, 1.0), "b": normal(2, 0.5, 1.1)}),
            "quotient-mixture": product({"a": 2, "b": -1}, {"a": mixture([[-1.0, 0.0], [2.0, 1.0]], [0.99, 0.01], [0.6, 1.6]), "b": normal(2, 0.0, 1.0)}, VP),
            "quadratic-reward": rewarded(normal(2, 0.0, 1.0), {"kind": "quadratic", "center": [0.0, 0.0], "precision": -1.2}),
            "posterior-wide": product({"p": -19, **{f"d{i}": 1 for i in range(20)}},
                                      {"p": normal(2, 0.0, 1.0), **{f"d{i}": normal(2, 0.3, 1.05) for i in range(20)}}, VP)}.items():
        add(f"improper-{name}", "improper", False, config, improper=True, short=name in ("tail-w2", "gauss-w5"))

    # Exponents that move, of analytic models.
    for name, easy, config in [
            ("gauss-d2-0.5-to-1.5", True, {"particles": 2000, "process": VE, "models": {"a": gaussian(2)},
                                           "target": {"log_linear": [{"model": "a", "exponent": {"from": 0.5, "to": 1.5}}]}}),
            ("gauss-d4-1-to-2", True, {"particles": 2000, "process": VP, "models": {"a": gaussian(4)},
                                       "target": {"log_linear": [{"model": "a", "exponent": {"from": 1, "to": 2}}]}}),
            ("two-d2", True, {"particles": 2000, "process": VE, "models": {"a": three_modes(2), "b": gaussian(2, 1.2, 1.8)},
                              "target": {"log_linear": [{"model": "a", "exponent": 1}, {"model": "b", "exponent": {"from": 0, "to": 1}}]}}),
            ("modes-d2-1-to-4", False, {"particles": 2000, "process": VE, "models": {"a": three_modes(2)},
                                        "target": {"log_linear": [{"model": "a", "exponent": {"from": 1, "to": 4}}]}}),
            ("guided-d2-w-1-to-2", True, guided(u2, c2, {"from": 1, "to": 2}, VP)),
            ("rare-d10-1-to-4", False, {"particles": 10000, "process": VE, "models": {"m": far_mode(10, 6.0, 0.02, 0.5)},
                                        "target": {"annealed": {"model": "m", "inverse_temperature": {"from": 1, "to": 4}}}})]:
        add(f"moving-{name}", "moving", easy, config, short=name in ("two-d2",))

    # Posteriors composed from N parts.
    for d, parts, process, easy in [
            (1, 10, "ve", False), (2, 10, "vp", False), (5, 60, "vp", False), (5, 100, "vp", False), (2, 100, "ve", False),
            (1, 10, "flow", False)]:
        prior = {"kind": "gaussian", "mean": [0.0] * d, "standard_deviation": 1.0}
        models = {"prior": prior}
        for i in range(parts):
            # One observation x_i of θ with unit noise: precision 2, mean x_i / 2.
            x = [round(0.6 + 0.9 * (((7 * i + 3 * j) % 11) / 5 - 1), 6) for j in range(d)]
            models[f"part{i}"] = {"kind": "gaussian", "mean": [0.5 * v for v in x], "standard_deviation": round(0.5 ** 0.5, 9)}
        exponents = {"prior": 1 - parts, **{f"part{i}": 1 for i in range(parts)}}
        add(f"posterior-d{d}-n{parts}-{process}", "posterior", easy, product(exponents, models, PROCESSES[process], 4000 if parts == 100 else 2000),
            short=parts == 10 and d == 2)

    # Rewards.
    g1, g2, g4 = normal(1, 0.0, 1.0), gaussian(2), gaussian(4)
    m2 = three_modes(2)
    for name, easy, config in [
            ("d1-ve", True, rewarded(g1, linear(1.0))),
            ("d2-vp-modes", True, rewarded(m2, linear(0.5, -1.0), VP)),
            ("d2-ve-denoised", True, rewarded(m2, linear(0.5, -1.0), VE, denoised=1.9)),
            ("d4-flow", True, rewarded(g4, linear(0.6, -0.3, 0.8, 0.2), FLOW)),
            ("d1-ve-scale", False, rewarded(g1, {**linear(1.0), "scale": {"from": 0.3, "to": 1.6}})),
            ("d2-ve-scale", False, rewarded(m2, {**linear(0.5, -1.0), "scale": {"from": 0.3, "to": 1.6}})),
            ("d2-vp-b2", False, rewarded(m2, linear(0.5, -1.0), VP, 2.0)),
            ("d16-vp", True, rewarded(gaussian(16), linear(*[0.1 + 0.05 * j for j in range(16)]), VP)),
            ("d2-ve-strong", False, rewarded(g2, linear(4.0, -3.0)))]:
        add(f"linear-{name}", "reward-linear", easy, config, short=name in ("d1-ve", "d2-ve-scale"))
    for precision in (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 2.0, 20.0):
        reward = {"kind": "quadratic", "center": [0.5, -1.0], "precision": precision}
        add(f"quadratic-p{precision}-ve-state", "reward-quadratic", precision <= 0.05, rewarded(m2, reward, at="state"), short=precision in (0.3, 0.5))
        if precision in (0.1, 0.5, 2.0, 20.0):
            add(f"quadratic-p{precision}-ve-ahead", "reward-quadratic", True, rewarded(m2, reward), short=precision == 20.0)
            add(f"quadratic-p{precision}-ve-denoised", "reward-quadratic", precision <= 2, rewarded(m2, reward, denoised=1.9), short=precision == 2.0)
            add(f"quadratic-p{precision}-vp-state", "reward-quadratic", precision <= 0.5, rewarded(m2, reward, VP, at="state"))
    add("quadratic-d4-product-denoised", "reward-quadratic", True, {
        **product({"a": 1, "b": 1}, {"a": gaussian(4), "b": gaussian(4, 1.0, 1.8, 0.2)}, VP),
        "target": {"product": {"a": 1, "b": 1}, "reward": {"kind": "quadratic", "center": [0.2, 0.5, -0.3, 0.0], "precision": [1.0, 0.5, 2.0, 0.1],
                                                            "at": "denoised", "data_standard_deviation": 1.0}}})

    for width in (1e-1, 1e-2, 1e-3, 1e-5):
        add(f"half-space-w{width:g}-ve-state", "half-space", False, rewarded(g1, half_space([1.0], 0.0, width), at="state"), short=width in (1e-2,))
        add(f"half-space-w{width:g}-ve-ahead", "half-space", True, rewarded(g1, half_space([1.0], 0.0, width)), short=width == 1e-5)
        add(f"half-space-w{width:g}-ve-denoised", "half-space", width >= 0.1, rewarded(g1, half_space([1.0], 0.0, width), denoised=1.0), short=width == 1e-3)
    # N(0.4, 1.2²) beyond c: P from 1/2 to 1e-4.
    shifted = {"kind": "gaussian", "mean": [0.4], "standard_deviation": 1.2}
    for center, p in ((1.4113, "0.2"), (3.1916, "1e-2"), (4.8628, "1e-4")):
        for width in (0.1, 1e-3):
            add(f"half-space-P{p}-w{width:g}-ve-state", "half-space", False, rewarded(shifted, half_space([1.0], center, width), at="state"))
        for process in ("ve", "vp", "flow"):
            add(f"half-space-P{p}-w1e-5-{process}-ahead", "half-space", True,
                rewarded(shifted, half_space([1.0], center, 1e-5), PROCESSES[process]), short=(p, process) == ("1e-4", "ve"))
        add(f"half-space-P{p}-w0.05-vp-denoised", "half-space", False, rewarded(shifted, half_space([1.0], center, 0.05), VP, denoised=1.2),
            short=p == "1e-2")
    add("half-space-w0.05-vp-state", "half-space", False, rewarded(g1, half_space([1.0], 0.0, 0.05), VP, at="state"), short=True)
    add("half-space-w0.5-vp-state", "half-space", True, rewarded(g1, half_space([1.0], 0.0, 0.5), VP, at="state"))
    add("half-space-modes-d2-w0.01-ve", "half-space", False, rewarded(m2, half_space([1.0, -0.5], 0.5, 0.01)))
    add("half-space-modes-d2-w0.3-vp-denoised", "half-space", True, rewarded(m2, half_space([1.0, -0.5], 0.5, 0.3), VP, denoised=1.9))
    add("half-space-d8-w0.01-flow", "half-space", False, rewarded(gaussian(8), half_space([1.0, -0.5, 0.3, 0.2, 0.0, 0.1, -0.2, 0.4], 0.5, 0.01), FLOW))
    box = {"kind": "all_of", "rewards": [half_space([1.0, 0.0], -0.5, 0.02), half_space([0.0, 1.0], 0.3, -0.02)]}
    add("box-d2-w0.02-ve", "half-space", False, rewarded(m2, box), short=True)
    add("box-d2-w0.02-vp-denoised", "half-space", False, rewarded(m2, box, VP, denoised=1.9))
    soft = {"kind": "all_of", "rewards": [half_space([1.0, 0.0], -0.5, 0.4), half_space([0.0, 1.0], 0.3, -0.4)]}
    add("box-d2-w0.4-vp-denoised", "half-space", True, rewarded(m2, soft, VP, denoised=1.9))

    near = {"kind": "near", "of": linear(1.0, 0.5), "value": 1.0, "standard_deviation": 0.3}
    add("near-ve-state", "measurement", False, rewarded(m2, near, at="state"), short=True)
    add("near-vp-state", "measurement", True, rewarded(m2, near, VP, at="state"))
    add("near-ve-ahead", "measurement", True, rewarded(m2, near), short=True)
    add("near-ve-denoised", "measurement", True, rewarded(m2, near, denoised=1.9))
    measured = {"kind": "measurement", "matrix": [[1.0, 0.5, -0.3, 0.0], [0.0, 0.7, 0.2, 1.0]], "observation": [0.8, -0.4], "standard_deviation": 0.2}
    add("measurement-d4-ve-denoised", "measurement", True, rewarded(g4, measured, denoised=1.2), short=True)
    add("measurement-d4-ve-ahead", "measurement", True, rewarded(g4, measured))
    add("measurement-d4-vp-state", "measurement", False, rewarded(g4, measured, VP, at="state"))
    add("measurement-d4-ve-state", "measurement", False, rewarded(g4, measured, at="state"))
    painted = {"kind": "inpainting", "indices": [0, 2], "values": [0.5, -0.2], "standard_deviation": 0.1}
    add("inpainting-d4-vp-denoised", "measurement", True, rewarded(three_modes(4), painted, VP, denoised=1.5))
    add("inpainting-d4-vp-ahead", "measurement", True, rewarded(three_modes(4), painted, VP))
    add("inpainting-d4-ve-state", "measurement", False, rewarded(three_modes(4), painted, at="state"))
    add("inpainting-d4-flow-denoised", "measurement", True, rewarded(g4, painted, FLOW, denoised=1.2), short=True)

    # Settings that were seen to be wrong in silence.
    for beta in (2, 4):
        add(f"ode-resampled-b{beta}", "settings", False, annealed(m2, beta, VE, 4000, sampler={"noise_scale": 0}), short=beta == 4)
    add("kernel-ratio-b2-plain", "settings", False, annealed(m2, 2, correction="kernel-ratio", sampler={"control": "none"}), short=True)
    add("kernel-ratio-product-plain", "settings", False, product({"a": 1, "b": 1}, two, VP, correction="kernel-ratio", sampler={"control": "none"}))
    add("kernel-ratio-b2-radial", "settings", False, annealed(m2, 2, correction="kernel-ratio"))
    add("euler-b2", "settings", False, annealed(m2, 2, sampler={"scheme": "euler-maruyama"}), short=True)
    add("euler-product", "settings", False, product({"a": 1, "b": 1}, two, VP, sampler={"scheme": "euler-maruyama"}))
    add("exponential-b2", "settings", False, annealed(m2, 2, sampler={"scheme": "exponential"}))
    add("exponential-gauss-d4-b2", "settings", False, annealed(g4, 2, sampler={"scheme": "exponential"}))
    add("heun-b2", "settings", False, annealed(m2, 2, sampler={"scheme": "heun"}))
    add("density-ratio-b2", "settings", False, annealed(m2, 2, correction="density-ratio"))
    add("linear-control-b5", "settings", False, annealed(m2, 5, sampler={"control": "linear"}))
    add("no-control-b2", "settings", False, annealed(m2, 2, sampler={"control": "none"}), short=True)
    add("steps-auto-product-d5", "settings", False,
        product({"a": 1, "b": 1}, {"a": gaussian(5), "b": gaussian(5, 1.0, 1.8, 0.2)}, VE, sampler={"steps": "auto"}))
    add("steps-50-b2", "settings", False, annealed(m2, 2, sampler={"steps": 50}))
    add("steps-30-product", "settings", False, product({"a": 1, "b": 1}, two, VE, sampler={"steps": 30}))
    add("steps-50-gauss-d2-b2", "settings", False, annealed(g2, 2, sampler={"steps": 50}))
    add("c3-guided-d2-w4", "settings", False, guided(u2, c2, 4, VE, sampler={"noise_scale": 3}))
    add("c2-guided-d2-w8", "settings", False, guided(u2, c2, 8, VE, sampler={"noise_scale": 2}))
    # Noise that makes steps so long that a run of twice the length does not tell what they do.
    for name, config in {
            "forty-modes-b3-steps400": annealed(forty, 3, wide_noise, sampler={"steps": 400}), "b2": annealed(m2, 2), "b3": annealed(m2, 3),
            "product": product({"a": 1, "b": 1}, two, VE)}.items():
        noisy = {**config, "target": {**config["target"], "path": "constant"}, "sampler": {**config.get("sampler", {}), "noise_scale": 3}}
        add(f"c3-{name}", "settings", False, noisy, short=name == "forty-modes-b3-steps400")
    for scheme in ("systematic", "ssp", "multinomial"):
        add(f"{scheme}-b3", "settings", False, annealed(m2, 3, resampling={"scheme": scheme}))
    # Branches that part between the modes' levels and agree again below: the unconditional one is dropped there.
    part_u = mixture([[-2.0, 0.5], [2.0, -0.5]], [0.5, 0.5], 0.6)
    part_c = mixture([[-2.0, 0.5], [2.0, -0.4]], [0.1, 0.9], 0.5)
    for threshold, scale in ((0.93, 3), (0.97, 2)):
        add(f"alignment-{threshold}-w{scale}", "settings", False, guided(part_u, part_c, scale, extra={"alignment_threshold": threshold}),
            short=scale == 3)
    for beta, count, each in ((2, 8, 250), (4, 8, 250), (2, 80, 25), (2, 32, 500)):
        add(f"islands-{count}x{each}-b{beta}", "islands", beta == 2 and each == 500, annealed(m2, beta, particles=count * each, islands=count),
            short=beta == 4)
    for start in (0.8, 0.99):
        models = {f"m{i}": gaussian(5, 0.6 + 0.1 * i, 1.4 + 0.1 * i, 0.5 - 0.25 * i, 0.2 * i) for i in range(4)}
        add(f"window-{start}-product4-d5", "window", False, product({name: 1 for name in models}, models, resampling={"window": [start, 1.0]}),
            short=start == 0.99)
    add("window-0.8-b2-d8", "window", False, annealed(gaussian(8), 2, resampling={"window": [0.8, 1.0]}))

    # Numbers of particles.
    for particles in (50, 200):
        add(f"few-{particles}-b2-d2", "particles", False, annealed(m2, 2, particles=particles), short=particles == 50)
        add(f"few-{particles}-b1.2-d2", "particles", True, annealed(m2, 1.2, particles=particles), short=particles == 200)
        add(f"few-{particles}-product-d2", "particles", particles >= 200, product({"a": 1, "b": 1}, two, VP, particles))
        add(f"few-{particles}-gauss-d8-b2", "particles", False, annealed(gaussian(8), 2, VP, particles))
    add("many-20000-b4-d2", "particles", False, annealed(m2, 4, particles=20000))
    add("many-20000-b1.5-d2", "particles", True, annealed(m2, 1.5, VP, particles=20000))
    add("many-100000-product-d2", "particles", True, product({"a": 1, "b": 1}, two, VE, 100000))
    add("many-100000-gauss-d2-b2", "particles", True, annealed(g2, 2, VP, 100000))

    network_targets.add_all(add)
    names = [target.name for target in found]
    assert len(set(names)) == len(names), [n for n in names if names.count(n) > 1]
    return found
