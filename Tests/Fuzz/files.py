"""Results of a run, spoilt."""

import re

import configs


def spoil(dice, folder):
    path = folder / dice.choice(
        ["summary.json", "summary.json", "trace.csv", "trace.csv", "samples.npy", "log_weights.npy", "ancestors.npy",
         "genealogy.npy", "config.yaml", "metrics.json"])
    if path.name == "metrics.json":
        path.write_bytes(dice.choice([
            b"", b"{}", b"[]", b"{\"a\": 1e400}", b"{\"a\": 1, \"a\": 2}", b"\xef\xbb\xbf{\"a\": 1}", b"[" * 5000, b"{\"a\": [1]}",
            b"{\"\\u001b[31m\": \"\\u001b\"}", b"{\"a\": \"\\ud800\"}", "{\"a\": 1}".encode("utf-16")]))
        return
    content = path.read_bytes()
    match dice.randrange(4):
        case 0: content = configs.damaged(dice, content)
        case 1 if path.suffix == ".npy": content = array(dice, content)
        case 2: content = content.replace(b"\n", b"\r\n")
        case _: content = with_number(dice, content) if path.suffix != ".npy" else array(dice, content)
    path.write_bytes(content)


def with_number(dice, content):
    """One number of a text is another."""
    found = list(re.finditer(rb"-?\d+(\.\d+)?(e-?\d+)?", content))
    if not found:
        return content
    place = dice.choice(found)
    return content[:place.start()] + dice.choice(configs.HOSTILE).encode() + content[place.end():]


def array(dice, content):
    """An array with another header, or with one of its values extreme."""
    if dice.random() < 0.4:
        sizes = [b"(0,)", b"(2147483647, 2147483647)", b"(4611686018427387904, 4)", b"(-1,)", b"()", b"(1, 1, 1)", b"(0, 5)", b"(5, 0)"]
        return re.sub(rb"\([0-9, ]*\)", dice.choice(sizes), content, count=1)
    extreme = dice.choice([
        b"\xff\xff\x7f\x7f", b"\xff\xff\x7f\xff", b"\x00\x00\x80\x7f", b"\x00\x00\xc0\x7f", b"\x01\x00\x00\x00",
        b"\xff\xff\xff\xff\xff\xff\xef\x7f", b"\xff\xff\xff\xff\xff\xff\xef\xff", b"\x00\x00\x00\x00\x00\x00\xf0\xff",
        b"\xff\xff\xff\xff\xff\xff\xff\x7f"])
    start = 128 + dice.randrange(max(1, (len(content) - 128) // 8)) * 8
    return content[:start] + extreme + content[start + len(extreme):]
