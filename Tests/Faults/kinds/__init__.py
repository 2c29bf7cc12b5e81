"""Kinds of files that fkc reads: a new one is a class of its own, and one name here."""
from .inputs import ONNX, Configs, Measurement, Mixture, Samples, Weights
from .results import Finished, Merged, Reported
from .summed import Checkpoints, Notes, Parts, Pinned, Trajectories

KINDS = {kind.name: kind for kind in (Checkpoints, Trajectories, Notes, Parts, Pinned, Weights, ONNX, Mixture, Measurement, Configs, Samples, Finished,
                                      Merged, Reported)}
