"""Builds a program of a page from what lies built: a second in place of the minutes that a package of its own takes."""
import pathlib
import subprocess

# What the library consists of; fkc has more.
MODULES = {"Libc", "ParticleEngine", "FeynmanKac", "ScoreNetworks", "CKernels", "CGSL", "CMPI", "COpenBLAS", "COpenVINO", "CSubprocess"}


def build(root, built, source, program):
    """Compiles a file of top-level code against the modules in `built`, .build/release, and links it with their objects.

    What the compiler says of a fault is raised as CalledProcessError.
    """
    maps = sorted(built.glob("C*.build/module.modulemap")) + sorted(root.glob("Sources/*/module.modulemap"))
    flags = [flag for path in maps for flag in ("-Xcc", f"-fmodule-map-file={path}")]
    objects = (line.strip("'\"") for line in (built / "fkc.product/Objects.LinkFileList").read_text().split("\n"))
    names = [name for name in objects if any(f"/{module}.build/" in name for module in MODULES)]
    listed = pathlib.Path(program).with_suffix(".objects")
    listed.write_text("\n".join(f'"{name}"' for name in names))
    command = ["swiftc", "-warnings-as-errors", "-module-name", "page", source, "-o", program, "-I", built / "Modules", *flags, f"@{listed}"]
    subprocess.run([*command, "-lgsl", "-lm"], check=True, capture_output=True, text=True)
