"""The manual page and the completions that are installed beside fkc hold all that it can do, and are read without a complaint.

    python3 Tests/Documents/companions.py .build/release/fkc

What is not installed (groff, zsh, fish) is said, and left out. Seen to catch: a letter that groff's fonts lack, a command that is left out,
a completion that is no program.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
READERS = {
    "groff": ["groff", "-man", "-ww", "-z", "-Kutf8", "man/man1/fkc.1"],
    "bash": ["bash", "-ec", "source bash-completion/completions/fkc; complete -p fkc"],
    "zsh": ["zsh", "-n", "zsh/site-functions/_fkc"],
    "fish": ["fish", "-n", "fish/vendor_completions.d/fkc.fish"],
}


def words(command):
    """Every name of a command and below it that is not hidden."""
    yield command["commandName"]
    for argument in command["arguments"]:
        if argument["shouldDisplay"]:
            yield from ("--" + name["name"] for name in argument.get("names", ()) if name["kind"] == "long")
    for inner in command.get("subcommands", ()):
        if inner["shouldDisplay"]:
            yield from words(inner)


def main():
    program, faults = pathlib.Path(sys.argv[1]).resolve(), []
    known = sorted(set(words(json.loads(subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True).stdout)["command"])))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, ROOT / "Packaging/companions.py", program, folder], check=True)
        page = (pathlib.Path(folder) / "man/man1/fkc.1").read_text().replace("\\-", "-")
        plain = re.sub(r"\\f[BIR]", " ", page)
        faults += [f"fkc.1 does not name {word}" for word in known if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", plain)]
        faults += [] if ".TP\n\\fB70\\fR" in page else ["fkc.1 lacks exit codes"]
        for name, command in READERS.items():
            if shutil.which(name) is None:
                print(f"{name} is not installed: what is for it is not read")
                continue
            done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
            if done.returncode or done.stderr:
                faults.append(f"{name} ended with {done.returncode}: {done.stderr}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"companions: {len(known)} names, {len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
