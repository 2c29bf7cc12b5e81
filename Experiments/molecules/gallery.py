"""Drawings of a run's molecules on one page, dark lines on light cards: legible on light and dark pages alike."""

import re
from xml.sax.saxutils import escape

import numpy as np
import properties
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D
from rdkit.Chem.Scaffolds import MurckoScaffold

COLUMNS, ROWS, WIDTH, HEIGHT, LINE = 4, 3, 220, 150, 16


def chosen(smiles, values, asked, count=COLUMNS * ROWS):
    """Rows of the molecules nearest to what was asked, among those that pass the filters, no two of one scaffold;
    rows that repeat scaffolds follow only where there are too few."""
    columns = [properties.NAMES.index(name) for name in asked]
    distance = ((values[:, columns] - list(asked.values())) ** 2).sum(1)
    first, later, seen, scaffolds = [], [], set(), set()
    for row in np.argsort(np.where(np.isnan(distance), np.inf, distance), kind="stable"):
        text = smiles[row]
        if not text or text in seen or not properties.passes_filters(Chem.MolFromSmiles(text)):
            continue
        seen.add(text)
        scaffold = MurckoScaffold.MurckoScaffoldSmiles(text)
        (later if scaffold in scaffolds else first).append(int(row))
        scaffolds.add(scaffold)
        if len(first) == count:
            break
    return (first + later)[:count]


def drawn(text):
    """The inside of an SVG of one molecule, WIDTH by HEIGHT, without a background."""
    drawer = rdMolDraw2D.MolDraw2DSVG(WIDTH, HEIGHT)
    drawer.drawOptions().clearBackground = False
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, Chem.MolFromSmiles(text))
    drawer.FinishDrawing()
    body = drawer.GetDrawingText()
    body = body[re.search(r"<svg[^>]*>", body).end() : body.rindex("</svg>")].replace("<!-- END OF HEADER -->", "")
    # What is said of every line and is the default anyway is half of the drawing.
    return re.sub(r" class='[^']*'|fill-rule:evenodd;|stroke-linecap:butt;|stroke-linejoin:miter;|;?stroke-opacity:1", "", body)


def sheet(rows, smiles, table, asked, top=0):
    """Width, height and parts of cards of molecules, four a line, from a height on."""
    step_x, step_y = WIDTH + 10, HEIGHT + 2 * LINE + 14
    width, height = COLUMNS * step_x + 10, ((len(rows) + COLUMNS - 1) // COLUMNS) * step_y + 10
    parts = []
    for place, row in enumerate(rows):
        x, y = 10 + place % COLUMNS * step_x, top + 10 + place // COLUMNS * step_y
        known = " · ".join(f"{properties.LABELS[n]} {table[row, properties.NAMES.index(n)]:.2f}" for n in asked)
        text = 'font-family="sans-serif" font-size="12" text-anchor="middle" fill="#222"'
        rest = " · ".join(
            f"{properties.LABELS[n]} {table[row, i]:.2f}" for i, n in enumerate(properties.NAMES) if n not in asked
        )
        parts += [
            f'<g transform="translate({x} {y})"><title>{escape(smiles[row])}</title>',
            f'<rect width="{WIDTH}" height="{step_y - 10}" rx="6" fill="#fff" stroke="#bbb"/>',
            drawn(smiles[row]),
            f'<text x="{WIDTH / 2}" y="{HEIGHT + LINE - 4}" {text}>{escape(known)}</text>',
            f'<text x="{WIDTH / 2}" y="{HEIGHT + 2 * LINE - 4}" {text}>{escape(rest)}</text></g>',
        ]
    return width, height, parts


def compare(path, runs, asked):
    """One picture of several runs, each (title, smiles, standardised properties, properties): a line of molecules each, drawn evenly from
    the distinct ones, so that it shows what the run has and not the best of it."""
    top, parts, width = 0, [], 0
    for title, smiles, _, table in runs:
        distinct = [smiles.index(text) for text in dict.fromkeys(smiles) if text]
        rows = [distinct[place] for place in np.linspace(0, len(distinct) - 1, COLUMNS).round().astype(int)]
        words = 'font-family="sans-serif" font-size="14" font-weight="bold" fill="#888"'
        parts.append(f'<text x="10" y="{top + 24}" {words}>{escape(title)}</text>')
        width, height, cards = sheet(rows, smiles, table, asked, top + 24)
        parts += cards
        top += 24 + height
    page = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}">'
    path.write_text("\n".join([page, *parts, "</svg>"]) + "\n")


def write(folder, smiles, values, table, asked):
    """A drawing of each molecule in the folder, with its properties and SMILES as the caption beside it, and a caption of all; nothing
    where no molecule passes the filters."""
    for old in folder.glob("molecule*"):
        old.unlink()
    rows = chosen(smiles, values, asked)
    if not rows:
        return
    folder.mkdir(exist_ok=True)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    for place, row in enumerate(rows, 1):
        known = [f"{properties.LABELS[name]} {table[row, i]:.2f}" for i, name in enumerate(properties.NAMES)]
        (folder / f"molecule-{place:02}.svg").write_text(f"{head}{drawn(smiles[row])}</svg>\n")
        (folder / f"molecule-{place:02}.txt").write_text(f"{' · '.join(known)}\n`{smiles[row]}`\n")
    wanted = " and ".join(f"{properties.LABELS[name]} {value:+g} sd" for name, value in asked.items())
    (folder / "caption.txt").write_text(
        f"Molecules decoded from the samples, asked for {wanted} of MOSES's mean: the nearest {len(rows)} of those that "
        "pass the plain filters, one of each ring scaffold as far as there are enough, each with its SMILES.\n"
    )
