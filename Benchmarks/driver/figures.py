"""One line of the table: our figure, the peer's, their ratio and what it should be."""

import dataclasses

from driver.running import LIMIT


@dataclasses.dataclass
class Figure:
    """A comparison. `ratio` is how many times better ours is, unless `what` says otherwise."""

    subject: str
    what: str
    ours: str
    theirs: str
    ratio: float
    target: str = ""
    met: bool | None = None
    # Shares of one core that others used while each side's figure was measured.
    others: tuple = ()
    details: dict = dataclasses.field(default_factory=dict)

    @property
    def is_disturbed(self):
        return any(share > LIMIT for share in self.others)

    def as_json(self):
        return dataclasses.asdict(self) | {"disturbed": self.is_disturbed}


def at_least(bound, ratio):
    return {"target": f"≥ {bound:g}", "met": ratio >= bound}


def below(bound, value):
    return {"target": f"< {bound:g}", "met": value < bound}


def near(middle, width, value):
    return {"target": f"{middle:.2f} ± {width:.2f}", "met": abs(value - middle) <= width}


def time_text(seconds):
    for size, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000 * size else f"{seconds / size:.0f} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def against(subject, what, ours, theirs, bound=None, **details):
    """A comparison of times: answers with `seconds` and `others`, those of the least time."""
    ratio = theirs["seconds"] / ours["seconds"]
    return Figure(
        subject, what, time_text(ours["seconds"]), f"{theirs.get('peer', '')} {time_text(theirs['seconds'])}".strip(), ratio,
        **(at_least(bound, ratio) if bound else {}), others=(ours["others"], theirs["others"]),
        details={"ours": ours, "theirs": theirs} | details)


COLUMNS = ("subject", "what", "ours", "peer", "ratio", "target", "met", "others' CPU")


def row(figure):
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    ratio = f"{figure.ratio:.3g}" if figure.ratio < 100 else f"{figure.ratio:.0f}"
    others = " / ".join(f"{100 * max(share, 0):.0f} %" for share in figure.others)
    return (
        figure.subject, figure.what, figure.ours, figure.theirs, ratio, figure.target, met,
        others + (" disturbed" if figure.is_disturbed else ""))


def table(figures, separator="  "):
    rows = [COLUMNS] + [row(figure) for figure in figures]
    widths = [max(len(line[i]) for line in rows) for i in range(len(COLUMNS))]
    return [separator.join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in rows]


def markdown(figures):
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * 4 + "---:|---|---|---|"]
    return lines + ["| " + " | ".join(row(figure)) + " |" for figure in figures]
