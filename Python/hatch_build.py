"""Packs the library and the program into the wheel: both lie in the folder that FEYNMAN_KAC_BINARIES names.

A wheel is of every Python 3 of its platform, since ctypes loads the library. Its files need what the folder's do, which the tag does not
say: Packaging/wheel.sh has it looked at and puts another tag in its place. Licences of what is inside the files lie in the folder's `licences`.
"""

import os
import pathlib
import sys
import sysconfig

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARY = "libfeynman_kac.dylib" if sys.platform == "darwin" else "libfeynman_kac.so"


class Binaries(BuildHookInterface):
    """The build hook of hatchling."""

    def initialize(self, version, build_data):
        """Adds the files and the tag to a wheel; an editable one finds them in the checkout."""
        if self.target_name != "wheel" or version == "editable":
            return
        named = os.environ.get("FEYNMAN_KAC_BINARIES")
        if not named:
            raise RuntimeError(f"FEYNMAN_KAC_BINARIES names the folder of {LIBRARY} and fkc; it is not set")
        folder = pathlib.Path(named).resolve()
        for name in (LIBRARY, "fkc"):
            if not (folder / name).is_file():
                raise RuntimeError(f"FEYNMAN_KAC_BINARIES: {folder} has no {name}")
            build_data["force_include"][str(folder / name)] = f"feynman_kac/bin/{name}"
        for name in ("LICENSE", "NOTICE"):
            build_data["force_include"][str(pathlib.Path(self.root).parent / name)] = f"feynman_kac/{name}"
        if (folder / "licences").is_dir():
            build_data["force_include"][str(folder / "licences")] = "feynman_kac/licences"
        build_data["pure_python"] = False
        platform = os.environ.get("FEYNMAN_KAC_PLATFORM") or sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"
