"""A command that shows nothing, for promises.py --self-test."""
import os
import signal
import sys

if sys.argv[1] == "fails":
    sys.exit("it does not hold")
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
