"""The page of the command line's options, from what fkc says of itself (--experimental-dump-help of swift-argument-parser)."""

import json
import subprocess


def spelled(argument):
    """What one types for an argument."""
    if argument["kind"] == "positional":
        return f"<{argument['valueName']}>" + (" …" if argument["isRepeating"] else "")
    names = sorted(argument["names"], key=lambda name: len(name["name"]))
    dashed = ", ".join(("--" if name["kind"] == "long" else "-") + name["name"] for name in names)
    return dashed + (f" <{argument['valueName']}>" if argument["kind"] == "option" else "")


def section(command):
    """A command with a table of its arguments."""
    shown = [argument for argument in command["arguments"] if argument["shouldDisplay"] and argument["valueName"] not in ("version", "help")]
    lines = [f"## fkc {command['commandName']}", "", command.get("abstract", ""), "", command.get("discussion", "").replace("\n", "\n\n"), ""]
    if shown:
        lines += ["| argument | meaning | default |", "|---|---|---|"]
    for argument in shown:
        said = argument.get("abstract", "")
        values = argument.get("allValues") or []
        said += f" One of {', '.join(values)}." if values and not all(value in said for value in values) else ""
        cells = (f"`{spelled(argument)}`", said.strip(), f"`{argument['defaultValue']}`" if argument.get("defaultValue") else "")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*lines, ""]


def page(program):
    """All commands, as Markdown."""
    told = json.loads(subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True, text=True).stdout)["command"]
    commands = [command for command in told["subcommands"] if command["shouldDisplay"] and command["commandName"] != "help"]
    return "\n".join(["# Commands and options", "", told["abstract"], "", *(line for command in commands for line in section(command))])
