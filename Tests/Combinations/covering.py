"""Rows that together hold every pair of values, and every triple of the features that share memory; the same every time."""
import itertools
import random

from features import DOUBTED, FEATURES, REFUSED, REMEMBERED, RULES, SHARED

SEED = 16
# So many rows are made for each that is kept, the one that covers most.
CANDIDATES = 3

NAMES = list(FEATURES)
# Values by numbers, those of one feature after those of the feature before, so that sorted numbers are in the features' order.
VALUES = [(name, value) for name in NAMES for value in FEATURES[name]]
NUMBER = {item: number for number, item in enumerate(VALUES)}
DOMAIN = {name: [NUMBER[name, value] for value in FEATURES[name]] for name in NAMES}
IS_SHARED = [name in SHARED for name, _ in VALUES]


class Search:
    """Looks for rows that break no rule of a list."""

    def __init__(self, rules):
        self.by_feature = {name: [rule for rule in rules if name in rule.features] for name in NAMES}
        self.neighbours = {
            name: sorted({other for rule in self.by_feature[name] for other in rule.features} - {name}, key=NAMES.index)
            for name in NAMES}

    def allows(self, row, name, value):
        row[name] = value
        allowed = not any(rule.broken_by(row) for rule in self.by_feature[name])
        del row[name]
        return allowed

    def completed(self, part, preferred=lambda name, values, row: values):
        """The part with values for the rest, features with fewest left first; None where there are none."""
        row = {}
        domains = {name: list(FEATURES[name]) for name in NAMES}
        for name, value in part.items():
            domains[name] = [value]

        def narrowed(name):
            """The domains that change once `name` has its value; None where one is left without any."""
            changed = {}
            for other in self.neighbours[name]:
                if other not in row:
                    left = [value for value in domains[other] if self.allows(row, other, value)]
                    if not left:
                        return None
                    if len(left) < len(domains[other]):
                        changed[other] = left
            return changed

        def fill():
            if len(row) == len(NAMES):
                return True
            name = min((name for name in NAMES if name not in row), key=lambda name: (len(domains[name]) > 1, order[name]))
            for value in preferred(name, domains[name], row):
                row[name] = value
                changed = narrowed(name)
                if changed is not None:
                    kept = {other: domains[other] for other in changed}
                    domains.update(changed)
                    if fill():
                        return True
                    domains.update(kept)
                del row[name]
            return False

        order = preferred.order if hasattr(preferred, "order") else {
            name: -len(self.by_feature[name]) for name in NAMES}
        if any(rule.broken_by(part) for rules in self.by_feature.values() for rule in rules):
            return None
        return {name: row[name] for name in NAMES} if fill() else None


def tuples(has_triples):
    """Every tuple that has to be in a row, as numbers."""
    for first, second in itertools.combinations(NAMES, 2):
        if not has_triples or first not in SHARED or second not in SHARED:
            yield from itertools.product(DOMAIN[first], DOMAIN[second])
    for triple in itertools.combinations(SHARED, 3) if has_triples else ():
        yield from itertools.product(*(DOMAIN[name] for name in triple))


def of_row(row):
    """The tuples that a row holds."""
    numbers = [NUMBER[item] for item in row.items()]
    yield from itertools.combinations(numbers, 2)
    yield from itertools.combinations([number for number in numbers if IS_SHARED[number]], 3)


class Greedy:
    """Prefers the values that complete most tuples that are missing."""

    def __init__(self, missing, generator):
        self.missing = missing
        self.generator = generator
        self.order = {name: (name not in SHARED, generator.random()) for name in NAMES}

    def __call__(self, name, values, row):
        if len(values) == 1:
            return values
        chosen = [NUMBER[item] for item in row.items()]
        shared = sorted(number for number in chosen if IS_SHARED[number])
        return sorted(values, key=lambda value: (-self.gain(NUMBER[name, value], chosen, shared), self.generator.random()))

    def gain(self, number, chosen, shared):
        missing = self.missing
        if not IS_SHARED[number]:
            return sum(((other, number) if other < number else (number, other)) in missing for other in chosen)
        gain = sum(((other, number) if other < number else (number, other)) in missing for other in chosen)
        for first, second in itertools.combinations(shared, 2):
            if number < first:
                triple = (number, first, second)
            elif number < second:
                triple = (first, number, second)
            else:
                triple = (first, second, number)
            gain += triple in missing
        return gain


def covering(rules=RULES, has_triples=True):
    """(rows, how many tuples no row can hold)."""
    generator, search = random.Random(SEED), Search(rules)
    everything = list(tuples(has_triples))
    missing, impossible = dict.fromkeys(everything), 0
    rows = []
    while missing:
        first = next(iter(missing))
        part = dict(VALUES[number] for number in first)
        found = [search.completed(part, Greedy(missing, generator)) for _ in range(CANDIDATES)]
        if found[0] is None:
            del missing[first]
            impossible += 1
            continue
        best = max(found, key=lambda row: sum(item in missing for item in of_row(row)))
        for item in of_row(best):
            missing.pop(item, None)
        rows.append(best)
    return rows, impossible


def sure():
    """Rows with every pair of the values that no run is doubtful of."""
    return covering(RULES + DOUBTED, has_triples=False)[0]


def remembered():
    """Rows with what once was wrong."""
    generator, search = random.Random(SEED), Search(RULES)
    found = []
    for part, names in REMEMBERED:
        for values in itertools.product(*names.values()):
            row = search.completed({**part, **dict(zip(names, values))}, Greedy({}, generator))
            if row:
                found.append(row)
    return found


def refused():
    """[(rule, row)]: for every tuple of values that a rule forbids a row that breaks no other rule."""
    found = []
    for rule in REFUSED:
        search = Search([other for other in RULES if other is not rule])
        for values in itertools.product(*(FEATURES[name] for name in rule.features)):
            if not rule.forbids(*values):
                continue
            # Where only the breach of another rule leads there, that rule has a row of its own.
            row = search.completed(dict(zip(rule.features, values)))
            if row:
                found.append((rule, row))
    return found
