"""What a Swift or C file says once its comments and literals are blanked, and where its braces close."""

import re

# Longest first: a raw string may hold quotes, a text of several lines may hold both.
LITERALS = re.compile(
    r'//[^\n]*|/\*|#+"""|#+"|"""|"', re.MULTILINE)


def blanked(text):
    """The same text with spaces in place of comments and string literals, so that offsets and lines stay."""
    parts, position = [], 0
    while True:
        found = LITERALS.search(text, position)
        if not found:
            parts.append(text[position:])
            return "".join(parts)
        parts.append(text[position:found.start()])
        end = literal_end(text, found)
        parts.append(re.sub(r"[^\n]", " ", text[found.start():end]))
        position = end


def literal_end(text, found):
    """The offset behind a comment or a literal. Interpolations count as text: a type that is named only there is not seen."""
    opening, position = found.group(), found.end()
    if opening.startswith("//"):
        return position
    if opening == "/*":
        depth = 1
        for mark in re.finditer(r"/\*|\*/", text[position:]):
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                return position + mark.end()
        return len(text)
    hashes = opening.count("#")
    quotes = opening.strip("#")
    closing = quotes + "#" * hashes
    escape = "\\" + "#" * hashes
    while position < len(text):
        if text.startswith(escape + "(", position):
            position = interpolation_end(text, position + len(escape) + 1)
        elif text.startswith(escape, position):
            position += len(escape) + 1
        elif text.startswith(closing, position) or (quotes == '"' and text[position] == "\n"):
            return position + (len(closing) if text[position] != "\n" else 0)
        else:
            position += 1
    return len(text)


def interpolation_end(text, position):
    depth = 1
    while position < len(text) and depth:
        inner = LITERALS.match(text, position)
        if inner and inner.group().endswith('"'):
            position = literal_end(text, inner)
            continue
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        position += 1
    return position


def closing_brace(code, opening):
    """The offset of the brace that closes the one at `opening`, in blanked text."""
    depth = 0
    for mark in re.finditer(r"[{}]", code[opening:]):
        depth += 1 if mark.group() == "{" else -1
        if depth == 0:
            return opening + mark.start()
    return len(code)


def depths(code):
    """How many braces are open at the start of each line of blanked text."""
    depth, result = 0, []
    for line in code.split("\n"):
        result.append(depth)
        depth += line.count("{") - line.count("}")
    return result
