"""Every promise, and what shows it: ("tests", names) or ("script", command, what its closing line looks like)."""

GATE = ("script", "Tests/Gate/gate.py --short", r"^\d+ targets, \d+ runs: .* 0 sure and wrong")
KILL = ("script", "Tests/Faults/kill.py FKC --kills 20 --of run sweep merge checkpoint", r"^checkpoint: (\d+) of \1 kills; .* same bytes")
FUZZ = ("script", "Tests/Fuzz/fuzz.py FKC --count 100", r"^100 configs of seed \d+: .* 0 faults$")
RANKS = ("script", "Tests/Ranks/ranks.py FKC --configs 1", r"^.*: a run whose process was killed goes on .* same bytes$")
SECURITY = ("script", "Tests/Security/security.py FKC", r"^security: \d+ commands, .* same bytes\.$")
SOAK = ("script", "Tests/Soak/soak.py FKC --short", r"^soak: \d+ runs in \d+ s left memory, files and threads as they were\.$")
OVERHEAD = ("script", "Tests/Promises/overhead.py FKC", r"^overhead: .* % .*; at most 5 % are promised\.$")


def tests(*names):
    return ("tests", list(names))


PROMISES = {
    "What runs promise": [
        ("The same config and seed give the same bytes, for any number of threads and of processes, across interrupts, on processors of one kernel level", [
            tests("for any number of threads", "for every correction and scheme", "with a sequential generator of GSL",
                  "the resolved config, overrides and files included, runs again to the same bytes",
                  "a run that was stopped goes on to the same bytes, and once it is whole --resume leaves it as it is"),
            RANKS]),
        ("Nothing is lost: a run that is killed goes on from its last checkpoint; outputs are whole or absent", [
            KILL, tests("a commit that is killed at any step leaves the old set or the new one, to readers and to the next writer",
                        "a damaged checkpoint gives way to the older one with a sentence, and two of them to the start")]),
        ("No silent nonsense: what is not finite, collapsed or does not fit speaks", [
            FUZZ, tests("a run that fails numerically names the model and leaves old results as they were",
                        "in the summary, on standard error and in the report, and --strict ends with 70")]),
        ("The engine adds at most 5 % to the time of a network, and its memory is bounded and known before the start", [
            OVERHEAD, tests("a run's peak is below the forecast, and not far",
            "a run that memory cannot hold is refused by run, check and sweep, with both figures"), SOAK]),
        ("Nothing outside a run's own files is deleted or replaced; one writer a folder; no mixture of two runs is read; results outlive their report", [
            tests("--overwrite takes a run's own files, its metrics and pictures, and nothing else",
                  "one process at a time writes, and what it stages stays whatever another one tries",
                  "a reader notices that a set was replaced while it read", "a run that dies in its report is on the disk, whole, and leaves nothing hidden")]),
        ("A config runs no program and writes outside its output folder only with consent; parsers are bounded", [
            tests("without consent no program is started, and who could give it is told how",
                  "aliases, depth, length and repetition have limits, each of which is named"), SECURITY]),
        ("Every ± is calibrated: 95 % intervals cover 90 to 99 %, or the run says `doubtful`", [
            tests("its 95 % interval covers the exact log Z in 90 to 99 % of 200 runs"), GATE]),
    ],
    "What SECURITY promises": [
        ("A program is started by `run`, `sweep` and `score` with consent only; what counts is where the config itself lies, also behind a link", [
            tests("without consent no program is started, and who could give it is told how",
                  "a config in or below a trusted folder needs no word, one beside it does, whatever links say")]),
        ("`check`, `sweep --dry-run`, `compare` and `report` start nothing", [
            tests("check starts no program, and says so and what a program cannot promise",
                  "a run's folder that names a program starts none in compare, check and report"),
            SECURITY]),
        ("Everything that a program was started with ends with `fkc`", [
            tests("nothing that a busy program started outlives fkc, however that ends",
                  "a run that waits for a program ends within a second of a signal, and the program with it")]),
        ("It writes into its output folder only; `--output` wins", [
            SECURITY, tests("paths in a config start from the config, --output from the working directory")]),
        ("Nothing is replaced without `--overwrite`, then only a run's own files; links are not followed to delete", [
            tests("a folder that holds a run is refused, and replaced with --overwrite",
                  "--overwrite takes a run's own files, its metrics and pictures, and nothing else",
                  "links under the names of staging and of pictures lose nothing of what they lead to",
                  "a planted journal moves and removes nothing outside its folder's own files")]),
        ("It reads the files that it names, of all that lie beside it; never pickles", [SECURITY]),
        ("Tensors that an ONNX file keeps elsewhere are read from its own folder only", [
            tests("a file that is not in the model's folder, or does not hold the tensor, is refused")]),
        ("It needs no network, and asks for none", [SECURITY]),
        ("A report loads nothing and runs its own two scripts alone; names, captions and drawings are shown and never run", [
            tests("the page allows its own two scripts and nothing from elsewhere",
                  "what a run's files hold is text and images, never markup or a script of the page",
                  "draws every figure, runs no other script, loads nothing and says nothing to the console",
                  "shows pictures, and none of the scripts in them run")]),
        ("Bytes, values and depth of configs, JSON, CSV and NPY headers have limits", [
            tests("aliases, depth, length and repetition have limits, each of which is named", "a config that never ends, or never begins, is refused",
                  "a file beyond its limit is refused with both sizes, and a device by its limit",
                  "a trace is held against the summary, line by line",
                  "a header is judged before the numbers are read, however large the file",
                  "a length that the file does not have is refused before anything is read",
                  "whatever is cut off or nested without end is refused and never trusted")]),
        ("Memory and disk are forecast, and a run that does not fit is refused before it starts", [
            tests("a run that memory cannot hold is refused by run, check and sweep, with both figures",
                  "a run, and a sweep, whose arrays cannot fit are refused with both figures before they start")]),
        ("Escape codes in names and files never reach a terminal", [tests("escape codes of configs, options and file names are shown by their numbers")]),
        ("Hostile configs end with a sentence", [FUZZ]),
        ("A result folder of somebody else's is read as carefully as a config", [
            tests("figures that no run has are refused by name", "a metrics.json that says nothing, the same twice, or too much is refused by its own name")]),
        ("A checkpoint and a part are checked by their sums", [
            tests("a damaged checkpoint gives way to the older one with a sentence, and two of them to the start",
                  "a flipped bit of a part is refused, wherever it is")]),
    ],
}
