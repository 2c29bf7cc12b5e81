"""Writes what is installed beside fkc: its manual page, and completions for bash, zsh and fish.

    python3 Packaging/companions.py .build/release/fkc /usr/local/share

Both are what the program says of itself at that moment (--experimental-dump-help and --generate-completion-script of swift-argument-parser), so that
neither can be behind it. Exit codes of the page are those of Documentation/COMMAND-LINE.md.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
COMPLETIONS = {"bash": "bash-completion/completions/fkc", "zsh": "zsh/site-functions/_fkc", "fish": "fish/vendor_completions.d/fkc.fish"}
# Every command has these; the page says so once.
COMMON = ("version", "help")


def escaped(text):
    """Text that troff takes as it is."""
    # Its fonts lack the hat.
    text = text.replace("\\", "\\e").replace("Ẑ", "Z\\(ha").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return re.sub(r"^\.", r"\\&.", text, flags=re.MULTILINE)


def spelled(argument):
    """What one types for an argument, in bold and italics."""
    value = f"\\fI{escaped(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value + (" ..." if argument["isRepeating"] else "")
    names = sorted(argument["names"], key=lambda name: len(name["name"]))
    dashed = ", ".join(f"\\fB{escaped(('--' if name['kind'] == 'long' else '-') + name['name'])}\\fR" for name in names)
    return dashed + (f" {value}" if argument["kind"] == "option" else "")


def paragraphs(text):
    return [line for paragraph in text.split("\n") for line in ([".PP", escaped(paragraph)] if paragraph else [])]


def section(command):
    """A command: what it does, how it is called, its arguments."""
    shown = [item for item in command["arguments"] if item["shouldDisplay"] and item["valueName"] not in COMMON]
    usage = " ".join(spelled(item) if item["kind"] == "positional" else "" for item in shown).split()
    lines = [f".SS {escaped(command['commandName'])}", f"\\fBfkc {escaped(command['commandName'])}\\fR [\\fIoptions\\fR] {' '.join(usage)}"]
    lines += paragraphs(command.get("abstract", "")) + paragraphs(command.get("discussion", ""))
    for item in shown:
        said = item.get("abstract", "")
        if item.get("allValues") and not all(value in said for value in item["allValues"]):
            said += f" One of {', '.join(item['allValues'])}."
        if item.get("defaultValue"):
            said += f" By default {item['defaultValue']}."
        lines += [".TP", spelled(item), escaped(said.strip()) or "\\&"]
    return lines


def manual(description, version, exits):
    """The page, for man(7)."""
    command = description["command"]
    commands = [item for item in command["subcommands"] if item["shouldDisplay"] and item["commandName"] != "help"]
    purpose = command["abstract"][:1].lower() + command["abstract"][1:].rstrip(".")
    lines = [f'.TH FKC 1 "" "fkc {version}" "FeynmanKac"', ".SH NAME", f"fkc \\- {escaped(purpose)}"]
    lines += [".SH SYNOPSIS", "\\fBfkc\\fR \\fIcommand\\fR [\\fIoptions\\fR]", ".SH DESCRIPTION"]
    lines += paragraphs("A config in YAML names noise, models and a target; a run writes weighted samples, log Z with its error, and whether to trust them.")
    lines += paragraphs("fkc schema --format markdown describes every key of a config. Every command has --help, and fkc --version is the version.")
    lines += [".SH COMMANDS", *(line for item in commands for line in section(item)), ".SH EXIT STATUS"]
    for code, meaning in exits:
        lines += [".TP", f"\\fB{code}\\fR", escaped(meaning)]
    lines += [".SH SEE ALSO", "\\fBfkc help\\fR \\fIcommand\\fR, \\fBfkc info\\fR, and the documentation in the repository."]
    return "\n".join(lines) + "\n"


def exit_codes():
    """The rows of the table in COMMAND-LINE.md."""
    page = (ROOT / "Documentation/COMMAND-LINE.md").read_text()
    table = page.partition("| exit | meaning |")[2].partition("\n\n")[0]
    return re.findall(r"^\| (\d+) \| (.+) \|$", table.replace("`", ""), flags=re.MULTILINE)


def main():
    program, share = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])

    def said(*words):
        return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout

    files = {path: said("--generate-completion-script", shell) for shell, path in COMPLETIONS.items()}
    files["man/man1/fkc.1"] = manual(json.loads(said("--experimental-dump-help")), said("--version").strip(), exit_codes())
    for name, text in files.items():
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
