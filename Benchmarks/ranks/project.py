"""The model of Documentation/SCALING.md: what a step takes on many processes.

    a step = calls·pause + Σ over exchanges of (processes − 1)·message + processes·bytes/bandwidth, and r for every island of the run

`message` is what a message costs the process that receives it: with Open MPI's choice, where everybody sends to everybody, what the library and
the network need to take one; on a ring (MPICH's choice for many bytes) the network's latency. Nothing of it is measured on a network.
"""
LETTER, ROOM = 4096, 4080
# Of a letter each step, by `scaling.py messages`: bytes of an island in the records of the step, and in the sums that the control is fitted to.
RECORD = 256
SUMS = {"none": None, "auto, d = 2": 296, "auto, d = 8": 2600, "auto, d = 32": 34856}
# By `scaling.py records`: seconds of every process for every island of the run.
SHARED = 0.2e-6
PAUSE, EACH = 0.02, 4
NETWORKS = {"2 µs, 100 Gbit/s": (2e-6, 12.5e9), "20 µs, 10 Gbit/s": (20e-6, 1.25e9)}


def exchanged(processes, sums):
    """Allgathers of a step, and the bytes that they bring to a process."""
    allgathers = bytes_ = 0
    for island in (RECORD, sums):
        if island is None:
            continue
        more = EACH * island if EACH * island > ROOM else 0
        allgathers += 2 if more else 1
        bytes_ += processes * (LETTER + more)
    return allgathers, bytes_


def step(processes, sums, message, bandwidth):
    """Seconds of a step's calls, of its exchanges, and of what is computed for all islands."""
    allgathers, received = exchanged(processes, sums)
    return EACH * PAUSE, allgathers * (processes - 1) * message + received / bandwidth, SHARED * EACH * processes


def project(header, row):
    print(f"Projected, not measured: {EACH} islands a process, {1000 * PAUSE:g} ms a call: milliseconds of a step beside its {1000 * EACH * PAUSE:g} ms of "
          "calls, for exchanges + for the records of all islands.\n")
    counts = (64, 1000, 10000)
    header("network", "control", *(f"{count:,} processes" for count in counts), "received at 10,000", "efficiency at 1,000", "at 10,000", "one half at")
    for network, (message, bandwidth) in NETWORKS.items():
        for control, sums in SUMS.items():
            parts = [step(count, sums, message, bandwidth) for count in counts]
            cells = [f"{1000 * exchange:.1f} + {1000 * shared:.1f}" for _, exchange, shared in parts]
            efficiencies = [f"{one[0] / sum(one):.2f}" for one in parts[1:]]
            # All but the calls grows with the processes.
            half = parts[-1][0] / sum(parts[-1][1:]) * counts[-1]
            row(network, control, *cells, f"{exchanged(counts[-1], sums)[1] / 1e6:,.0f} MB", *efficiencies, f"{half:,.0f} processes")
