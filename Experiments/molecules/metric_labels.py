"""What people call the figures of judge.py: the demo prints these words, and reports show them. Standard library."""

# Shares of one, by their key in metrics.json.
SHARES = {
    "valid": "valid molecules",
    "both_satisfied": "valid, and both properties satisfied",
    "both_satisfied_distinct": "the same, each molecule counted once",
    "both_satisfied_by_head": "both satisfied, by the head on the latent",
    "unique": "distinct, of the valid",
    "passes_filters": "pass the plain filters",
    "novel": "distinct molecules that training had not",
}


def labels(asked, names):
    """Key → label for metrics_labels.json, in which shares end with ", in %"; `asked` and `names` map properties to values and words."""
    found = {"decoded": "molecules decoded"}
    found |= {key: f"{label}, in %" for key, label in SHARES.items()}
    found["score_product"] = "score, both properties: 1 where both are met exactly"
    found["score_worse"] = "score, the worse of both properties"
    found["internal_diversity"] = "internal diversity, 1 less the mean Tanimoto similarity"
    for key, value in asked.items():
        found[f"{key}_mean"] = f"mean {names[key]}, in standard deviations of MOSES's molecules from their mean (asked {value:+g})"
        found[f"{key}_deviation"] = f"standard deviation of {names[key]}, in the same unit"
    return found
