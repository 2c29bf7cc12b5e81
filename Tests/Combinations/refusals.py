"""Combinations.md of the documentation: what is refused together, with the sentence that a run ends with. Standard library only."""
import pathlib

import features

PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "Sources" / "FeynmanKac" / "Documentation.docc" / "Combinations.md"
# What a feature is called in a config, where that is not its name here.
KEYS = {
    "scheme": "sampler.scheme", "control": "sampler.control", "noise_scale": "sampler.noise_scale", "start": "sampler.start",
    "step_size_error": "sampler.step_size_error", "steps": "sampler.steps", "grid": "sampler.grid", "guidance": "guided",
    "rejuvenation": "sampler.rejuvenation",
    "resampler": "resampling.scheme", "threshold": "resampling.ess_threshold", "exponent": "exponents", "knowledge": "log density",
    "rows": "rows", "point": "reward"}
NAMES = {
    ("guidance", "projection"): "projection", ("guidance", "momentum"): "projection with momentum", ("guidance", "alignment"): "alignment_threshold",
    ("point", "isotropic"): "denoised, isotropic", ("point", "finite-difference"): "denoised, finite-difference",
    ("knowledge", "program"): "none, a program", ("knowledge", "network"): "none, a network", ("knowledge", "mixed"): "of one model of two",
    ("knowledge", "withheld"): "none, atoms", ("noise_scale", "moving"): "{from, to}", ("steps", "auto"): "auto"}


def _merged(rows):
    """Groups of rows with one sentence, as few as their values make: [{feature: [values]}]."""
    groups = [{feature: [value] for feature, value in row} for row in rows]
    changed = True
    while changed:
        changed = False
        for i in range(len(groups)):
            for j in range(i + 1, len(groups)):
                apart = [feature for feature in groups[i] if groups[i][feature] != groups[j][feature]]
                if len(apart) == 1:
                    groups[i][apart[0]] = groups[i][apart[0]] + groups[j][apart[0]]
                    del groups[j]
                    changed = True
                    break
            if changed:
                break
    return groups


def lines(results):
    """A line of the table for each group of values that are refused with one sentence."""
    by_sentence = {}
    for _, row, rule, found, _ in results:
        if found.kind == "refused":
            names = features.REFUSED[rule].features
            by_sentence.setdefault((rule, found.sentence), []).append(tuple((feature, row[feature]) for feature in names))
    table = []
    for (_, sentence), rows in by_sentence.items():
        for group in _merged(list(dict.fromkeys(rows))):
            values = " × ".join(
                f"{KEYS.get(feature, feature)}: {' or '.join(NAMES.get((feature, value), value) for value in group[feature])}"
                for feature in group)
            table.append(f"| {values} | {sentence.replace('|', chr(92) + '|')} |")
    return table


def write(results):
    table = lines(results)
    ran = sum(rule is None for _, _, rule, _, _ in results)
    refused = len(results) - ran
    PAGE.write_text("\n".join([
        "# Combinations", "", "Which settings work together, and what a run says of those that do not.", "", "## Overview", "",
        "All settings that are not in the table below work together: every pair of their values, and every triple of those that share",
        f"memory, is in one of {ran} runs whose log Z and means are known exactly, and {refused} configs make sure of what is refused.",
        "`Tests/Combinations` runs them with every `make test`, and wrote this page.", "",
        "A refused config ends with 65 before its first step, with the sentence on the right.", "",
        "| together | what a run says |", "|---|---|", *table, ""]))
