# make demo   installs what is missing, builds, multiplies two experts on molecules and shows what came out
# make demo-gmm40   the same without any Python package: Experiments/gmm40
# make test   the same set-up, make lint, then all tests
# make test-all   the same with every case of the longest tests, of which make test takes a third; three minutes more
# make lint   formatting, structure, documentation and traps, in a minute; needs no build
# make gate   297 targets with exact answers: no run may be sure and wrong; remakes Tests/Gate/RESULTS.md
# make combinations   every pair of settings, and every triple of those that share memory; remakes the table of what is refused
# make experiment-NAME   remakes the tables of Experiments/NAME: accuracy, gmm40, latent-product, lj13, molecules, inverse, guidance, generators,
#                        late-exponents, coverage, peers; make experiment-molecules-docking a black-box score of molecules
# make train-lj13, make train-molecules   remake the networks that the repository holds
# make bench   our figures beside those of JAX, PyTorch and others; make bench SUBJECT=gmm40 one of them, RECORD=1 keeps them
# make bench-roofline   what the machine could do; make bench-swift   single functions (TARGET=NormalsBenchmarks one subject)
# make bench-ranks   how runs on many processes of MPI scale: the figures of Documentation/SCALING.md
# make soak   an hour of tiny runs, one after another and all at once: nothing grows, no byte differs
# make promises   runs what shows each promise, and remakes Documentation/PROMISES.md
# make config-reference   remakes Documentation/CONFIG.md, every key of the config
# make test-mpi   runs on several processes have the bytes of one, under the launchers of MPI that can be installed
# make faults   kills, full disks, damaged files, no memory, clocks that jump, programs that die: nothing is lost, and no wrong answer
# make fuzz   ten thousand weird configs, none of which may end the program without a sentence
# make fuzz-targets   half a minute of libFuzzer on each reader of files (SECONDS=, RUNS=1000000, TARGET=json)
# make sanitize   runs and tests under the address and the thread sanitizer (OF=thread one of them)
# make test-c   the C interface, under valgrind where it is installed
# make test-report   tests of reports, in a browser that make chromium installs
# make python   an environment in .venv-python with the Python package as it is here, which is built; make test-python runs its tests
# make test-networks   the same with PyTorch, JAX and diffusers
# make wheel   a wheel of the Python package, with a library and a program in it that need glibc alone (make test-wheel tries it);
#              FEYNMAN_KAC_BINARIES=folder takes others
# make docs   the documentation as a site that opens offline, in .build/docs: every page, the Python package and the Swift library, in one search
# make gallery   remakes the pictures of Documentation/GALLERY.md
# make dist   dist/fkc-VERSION-linux-MACHINE.tar.gz: a program that needs glibc alone (make test-dist tries it); make install PREFIX=/usr/local
# make netcdf   installs netCDF's library for runs that write it
# make onnx   installs OpenVINO for models in ONNX files; make test-onnx runs their tests

SUDO := $(if $(filter-out 0,$(shell id -u)),sudo)
PACKAGES := libgsl-dev libmd-dev libyaml-dev libminizip-dev libopenblas0
FKC := .build/release/fkc
OPENVINO := 2026.4.1
PREFIX ?= /usr/local
# The program and the library with Swift, GSL, libmd, libyaml and libstdc++ inside; they look beside themselves for nothing.
STATIC := .build-dist
STATIC_FLAGS := --scratch-path $(STATIC) --disable-local-rpath -Xswiftc -static-stdlib -Xswiftc -use-ld=lld \
                -Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xlinker -L$(CURDIR)/$(STATIC)/archives -Xlinker -lgslcblas \
                -Xlinker $(CURDIR)/$(STATIC)/archives/streams.o -Xlinker --no-export-dynamic -Xlinker --version-script=$(CURDIR)/Packaging/exports.map
FEYNMAN_KAC_BINARIES ?= $(STATIC)/binaries

.PHONY: demo demo-gmm40 config-reference test test-all test-c test-mpi mpi netcdf gate combinations faults soak promises fuzz fuzz-targets sanitize test-onnx onnx test-report chromium build static dist test-dist test-wheel install setup lint client \
        experiment-accuracy experiment-gmm40 experiment-latent-product experiment-lj13 experiment-inverse experiment-molecules experiment-molecules-docking experiment-guidance \
        experiment-generators experiment-late-exponents experiment-coverage experiment-choices experiment-rejuvenation experiment-peers \
        python test-python test-networks docs gallery wheel train-lj13 train-molecules bench bench-build bench-ranks bench-roofline bench-swift vendor-vega clean

# RDKit and SELFIES go to .venv-demo; without a network the figures that need no decoder are printed.
demo: build
	python3 Experiments/molecules/demo.py

# demo.py makes the same where nothing is built by make.
.venv-demo/ready: Experiments/molecules/demo-requirements.txt
	python3 -m venv .venv-demo
	.venv-demo/bin/pip install --quiet --disable-pip-version-check -r $<
	cp $< $@

demo-gmm40: build
	python3 Experiments/gmm40/demo.py

# Tests of ONNX models and of reports in a browser are skipped, with the reason, where OpenVINO or Chromium cannot be
# installed.
# What they need is fetched while the compiler works.
test: setup lint
	@mkdir -p .build
	@($(MAKE) -k onnx chromium mpi netcdf .venv-python/ready .venv-demo/ready) >.build/tools.log 2>&1 & \
	  swift build -c release --build-tests; built=$$?; wait; cat .build/tools.log; exit $$built
	sh Tests/Client/check.sh
	sh Tests/CInterface/check.sh
	@if [ -f .venv-python/ready ]; then $(MAKE) --no-print-directory test-python; \
	  else echo "NumPy and pytest could not be installed by pip: the Python package is not tested" >&2; fi
	python3 Tests/Documents/blocks.py .build/release/fkc $$(ls .venv-python/bin/python 2>/dev/null) --swift .build/release
	python3 Tests/Documents/companions.py .build/release/fkc
	python3 Tests/Molecules/molecules.py .build/release/fkc
	python3 Tests/Fuzz/fuzz.py .build/release/fkc --count 100
	swift test -c release --skip-build
	python3 Tests/Gate/gate.py --short
	python3 Tests/Combinations/combinations.py --short
	python3 Tests/Faults/kill.py .build/release/fkc --kills 20 --of run sweep merge checkpoint
	python3 Tests/Ranks/ranks.py .build/release/fkc --configs 1
	python3 Tests/Soak/soak.py .build/release/fkc --short
	python3 Tests/Security/security.py .build/release/fkc

# make test runs the same without valgrind.
test-c:
	swift build -c release --product feynman_kac
	VALGRIND=$$(command -v valgrind >/dev/null && echo 1) sh Tests/CInterface/check.sh

test-all:
	FKC_TESTS=all $(MAKE) test

# A few minutes on two cores.
gate: build
	python3 Tests/Gate/gate.py

# Tests/Faults/README.md says what has to hold; each script runs alone, and with fewer trials.
faults: build
	python3 Tests/Faults/kill.py $(FKC)
	python3 Tests/Faults/progress.py $(FKC)
	python3 Tests/Faults/disk.py $(FKC)
	python3 Tests/Faults/calls.py $(FKC)
	python3 Tests/Faults/scarce.py $(FKC)
	python3 Tests/Faults/programs.py $(FKC)
	python3 Tests/Faults/damage.py $(FKC)

# An hour on one core.
soak: build
	python3 Tests/Soak/soak.py .build/release/fkc --self-test
	python3 Tests/Soak/soak.py .build/release/fkc

# Twenty minutes on two cores. Tests of reports in a browser need make chromium, those of ONNX models make onnx; the page says what was skipped.
promises: build
	-$(MAKE) mpi
	swift build -c release --build-tests
	python3 Tests/Promises/promises.py --self-test
	python3 Tests/Security/security.py $(FKC) --self-test
	python3 Tests/Promises/promises.py

# Open MPI from Debian, MPICH from PyPI. A minute on two cores.
test-mpi: build
	-$(MAKE) mpi
	python3 Tests/Ranks/ranks.py .build/release/fkc

mpi:
	@command -v mpirun >/dev/null || { command -v apt-get >/dev/null && \
	  $(SUDO) apt-get install -y -qq openmpi-bin >/dev/null; } || echo "Open MPI could not be installed" >&2
	@[ -x .venv-mpich/bin/mpiexec ] || { python3 -m venv .venv-mpich && \
	  .venv-mpich/bin/pip install --quiet --disable-pip-version-check mpich; } || echo "MPICH could not be installed" >&2

# Runs that write NetCDF load it; its number is that of Debian's version.
netcdf:
	@$(CC) -shared -o /dev/null -l:libnetcdf.so.19 2>/dev/null || $(CC) -shared -o /dev/null -l:libnetcdf.so.22 2>/dev/null || \
	  { command -v apt-get >/dev/null && $(SUDO) apt-get install -y -qq $$(apt-cache search --names-only '^libnetcdf[0-9]+$$' | cut -d' ' -f1) >/dev/null; } || \
	  echo "libnetcdf could not be installed" >&2

# Two minutes on two cores.
combinations: build
	python3 Tests/Combinations/combinations.py --write

build: setup
	swift build -c release --product fkc

# Five minutes on two cores: all is compiled once more.
static: setup
	sh Packaging/archives.sh $(STATIC)/archives
	swift build -c release --product fkc $(STATIC_FLAGS)
	swift build -c release --product feynman_kac $(STATIC_FLAGS)
	mkdir -p $(STATIC)/binaries
	for name in fkc libfeynman_kac.so; do strip -o $(STATIC)/binaries/$$name $(STATIC)/release/$$name || exit 1; done
	sh Packaging/licences.sh $(STATIC)/binaries/licences

dist: static
	sh Packaging/dist.sh $(STATIC)/binaries/fkc

# In a Debian that debootstrap makes, with nothing but glibc and the usual tools. Needs root.
test-dist: dist build
	python3 Tests/Dist/dist.py
	sh Tests/CInterface/check.sh $(CURDIR)/$(STATIC)/binaries

# DESTDIR goes before PREFIX, for those who pack.
install: static
	install -D -m 755 $(STATIC)/binaries/fkc "$(DESTDIR)$(PREFIX)/bin/fkc"
	python3 Packaging/companions.py $(STATIC)/binaries/fkc "$(DESTDIR)$(PREFIX)/share"

# Installs the C libraries on Debian and its relatives; elsewhere says which are needed.
setup:
	@missing=; \
	printf '#include <gsl/gsl_rng.h>\n#include <sha2.h>\n#include <yaml.h>\n#include <minizip/zip.h>\nint main(void) { return 0; }\n' | \
	  $(CC) -x c - -o /dev/null -lgsl -lmd -lyaml -lminizip -lm -l:libopenblas.so.0 2>/dev/null || missing=1; \
	if [ -n "$$missing" ]; then \
	  if command -v apt-get >/dev/null; then \
	    echo "installing $(PACKAGES)"; \
	    $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $(PACKAGES) >/dev/null; \
	  else \
	    echo "please install the GNU Scientific Library, libmd, libyaml and minizip with their headers, and OpenBLAS, then try again" >&2; \
	    echo "(on Debian and Ubuntu: $(PACKAGES))" >&2; exit 1; \
	  fi; \
	fi

# Ten thousand weird configs, ten minutes on two cores; make test tries a hundred.
fuzz: build
	python3 Tests/Fuzz/fuzz.py $(FKC) --count 10000

# Tests/Fuzz/README.md; without libFuzzer it says so and does nothing.
fuzz-targets: setup
	python3 Tests/Fuzz/libfuzzer.py $(if $(RUNS),--runs $(RUNS),--seconds $(or $(SECONDS),30)) $(addprefix --target ,$(TARGET))

# Tests/Sanitizers/README.md. Builds the program and some of its tests twice more, in .build-sanitize.
sanitize: setup
	python3 Tests/Sanitizers/sanitize.py $(addprefix --of ,$(OF))

# A test compares it with what the program says.
config-reference: build
	$(FKC) schema --format markdown >Documentation/CONFIG.md.new && mv Documentation/CONFIG.md.new Documentation/CONFIG.md

# Needs no build. Python is looked at where pip can install ruff, and left out with a sentence where it cannot.
lint:
	swift format lint --strict -r Sources Tests
	python3 Tests/Structure/cycles.py --self-test
	python3 Tests/Structure/cycles.py --quiet
	python3 Tests/Structure/documented.py --self-test
	python3 Tests/Structure/documented.py
	python3 Tests/Traps/check.py
	python3 Documentation/site/build.py --check
	@$(MAKE) --no-print-directory --silent .venv-lint/ready 2>/dev/null || \
	  { rm -rf .venv-lint; echo "ruff could not be installed by pip: Python is not looked at" >&2; }
	@if [ -f .venv-lint/ready ]; then echo ruff check; .venv-lint/bin/ruff check --quiet; fi

.venv-lint/ready: Tests/Structure/requirements.txt
	@rm -rf .venv-lint
	@python3 -m venv .venv-lint && .venv-lint/bin/pip install --quiet --disable-pip-version-check --retries 1 -r $<
	@touch $@

experiment-accuracy: build
	python3 Experiments/accuracy/accuracy.py

experiment-late-exponents: build
	python3 Experiments/late-exponents/late.py

experiment-rejuvenation: build
	python3 Experiments/rejuvenation/table.py

experiment-coverage: build
	python3 Experiments/coverage/coverage.py

# Half an hour on one core; peers.py --keep runs our rows alone.
experiment-peers: build
	python3 Experiments/peers/peers.py --self-test
	python3 Experiments/peers/peers.py

# More than an hour on two cores.
experiment-choices: build
	python3 Experiments/coverage/choices.py

experiment-gmm40: build
	python3 Experiments/gmm40/table.py

experiment-latent-product: build .venv/bin/python
	.venv/bin/python Experiments/latent-product/table.py

experiment-generators: build .venv/bin/python
	.venv/bin/python Experiments/generators/generators.py

# Each needs what its requirements.txt names; see its README.
.venv-%/ready: Experiments/%/requirements.txt
	python3 -m venv .venv-$*
	.venv-$*/bin/pip install --quiet -r $<
	touch $@

train-lj13: .venv-lj13/ready
	.venv-lj13/bin/python Experiments/lj13/sample.py
	cd Experiments/lj13 && python=../../.venv-lj13/bin/python && $$python train.py --name egnn-1 && \
	$$python train.py --start egnn-1.safetensors --seed 11 --steps 30000 --rate 1e-3 --average 0.9995 --checkpoints 2 --name egnn-2 && \
	$$python train.py --start egnn-2.safetensors --seed 12 --steps 36000 --rate 1e-3 --average 0.9995 --checkpoints 2 --name egnn-3 && \
	$$python train.py --start egnn-3.safetensors --seed 13 --steps 36000 --rate 1e-3 --average 0.9995 --checkpoints 2 --name egnn-4 && \
	$$python train.py --start egnn-4.safetensors --seed 14 --steps 60000 --batch 256 --rate 1e-3 --average 0.9998 --checkpoints 2 --name egnn-5 && \
	$$python train.py --start egnn-5.safetensors --data more --seed 15 --steps 30000 --batch 256 --rate 1e-3 --average 0.9998 --checkpoints 1 && \
	$$python evaluate.py

# Learns to spell first, then smooths the latent, then to spell from what is left in it; its README says why.
train-molecules: .venv-molecules/ready
	cd Experiments/molecules && python=../../.venv-molecules/bin/python && $$python data.py && \
	$$python train_vae.py --minutes 37 --beta 0.03 --word_dropout 0.15 --property_weight 5 --rate 0.002 --seed 1 && \
	$$python train_vae.py --resume --minutes 12.5 --beta 0.4 --word_dropout 0.05 --property_weight 10 --seed 2 && \
	$$python train_vae.py --resume --minutes 7.5 --beta 0.8 --word_dropout 0 --property_weight 25 --seed 3 && \
	$$python train_vae.py --resume --minutes 50 --stop_after 9750 --beta 0.8 --word_dropout 0 --property_weight 25 --rate 0.0015 --seed 4 && \
	$$python train_vae.py --resume --minutes 10 --beta 0.8 --word_dropout 0 --property_weight 25 --seed 5 && \
	$$python train_diffusion.py --minutes 9 --width 384 && $$python export_properties.py && $$python evaluate.py --count 2000 --each 100 && $$python table.py

# Two property experts multiplied, with and without corrections; training's data for novelty and distances, if it is not there.
experiment-molecules: build .venv-molecules/ready
	test -f Experiments/molecules/data/moses.npz || .venv-molecules/bin/python Experiments/molecules/data.py
	.venv-molecules/bin/python Experiments/molecules/product_table.py

# A black-box score of decoded molecules, beside best-of-N at as many decodings.
experiment-molecules-docking: build .venv-demo/ready
	.venv-demo/bin/python Experiments/molecules/docking_table.py

# The chains once, then samples at the temperature of training and below: more than an hour on two cores.
experiment-lj13: build .venv-lj13/ready
	test -f Experiments/lj13/data/energies_hot.npz || .venv-lj13/bin/python Experiments/lj13/sample.py
	.venv-lj13/bin/python Experiments/lj13/free_energy.py
	$(FKC) run Experiments/lj13/unannealed.yaml --overwrite
	.venv-lj13/bin/python Experiments/lj13/score.py Experiments/lj13/runs/unannealed
	.venv-lj13/bin/python Experiments/lj13/annealed.py

# The mixtures take about half an hour on two cores, the molecules a few minutes.
experiment-inverse: build .venv-molecules/ready
	.venv-molecules/bin/python Experiments/inverse/table.py
	.venv-molecules/bin/python Experiments/molecules/export_properties.py
	.venv-molecules/bin/python Experiments/inverse/molecules.py

# Mixtures take minutes, molecules ten.
experiment-guidance: build .venv-molecules/ready
	.venv-molecules/bin/python Experiments/guidance/mixtures_table.py
	.venv-molecules/bin/python Experiments/guidance/molecules_table.py

# Peers go to an environment of their own; Benchmarks is a package of its own, which nothing else builds.
bench: bench-build .venv-bench/ready
	python3 Benchmarks/bench.py $(SUBJECT) $(if $(RECORD),--record)

bench-build: build
	swift build -c release --package-path Benchmarks --product measure
	cd Benchmarks && python3 -c 'from driver.perceptron import perceptron; print(perceptron())'

.venv-bench/ready: Benchmarks/peers/requirements.txt
	python3 -m venv .venv-bench
	.venv-bench/bin/pip install --quiet -r $<
	touch $@

# Ten minutes; delays between machines are measured by root alone.
bench-ranks: build
	for what in sampling messages records $$([ $$(id -u) = 0 ] && echo delay) project; do python3 Benchmarks/ranks/scaling.py $$what || exit 1; done
	for what in cores checkpoint; do python3 Benchmarks/ranks/costs.py $$what || exit 1; done

bench-roofline: bench-build Benchmarks/.cache/machine
	python3 Benchmarks/roofline/roofline.py $(if $(RECORD),--record)

Benchmarks/.cache/machine: Benchmarks/roofline/machine.c
	mkdir -p $(@D)
	$(CC) -O3 -o $@ $< -lpthread

bench-swift: bench-build
	swift package --package-path Benchmarks benchmark $(if $(TARGET),--target $(TARGET)) --no-progress

python: .venv-python/ready
	swift build -c release --product feynman_kac
	swift build -c release --product fkc

.venv-python/ready: Python/tests/requirements.txt Python/pyproject.toml
	python3 -m venv .venv-python
	.venv-python/bin/pip install --quiet --disable-pip-version-check -r Python/tests/requirements.txt
	.venv-python/bin/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable Python
	@touch $@

# The library and the program are those of .build/release, or of FEYNMAN_KAC_LIBRARY and FEYNMAN_KAC_FKC.
test-python: .venv-python/ready
	cd Python && ../.venv-python/bin/mypy
	cd Python && ../.venv-python/bin/pyright --pythonpath ../.venv-python/bin/python
	cd Python && ../.venv-python/bin/python -m pytest --quiet

# The same with PyTorch, JAX and diffusers, which take a gigabyte.
test-networks: .venv-python/ready
	.venv-python/bin/pip install --quiet --disable-pip-version-check -r Python/tests/requirements-networks.txt
	cd Python && ../.venv-python/bin/mypy && ../.venv-python/bin/python -m pytest --quiet

# Two minutes where all is built. Every warning, dead link and name without a page is an error.
docs: python .venv-docs/ready
	.venv-docs/bin/python Documentation/site/build.py

gallery: python
	.venv-python/bin/python Documentation/gallery/gallery.py

.venv-docs/ready: Documentation/site/requirements.txt
	python3 -m venv .venv-docs
	.venv-docs/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The program and the library of FEYNMAN_KAC_BINARIES.
wheel: .venv-python/ready $(if $(filter $(STATIC)/%,$(FEYNMAN_KAC_BINARIES)),static)
	sh Packaging/wheel.sh .venv-python/bin/python "$(abspath $(FEYNMAN_KAC_BINARIES))"

# In a Debian with Python that debootstrap makes. Needs root.
test-wheel: wheel build
	python3 Tests/Dist/wheel.py

onnx: .venv-onnx/openvino-$(OPENVINO)

# OpenVINO's own Python package holds its libraries; nothing else of it is used.
.venv-onnx/openvino-$(OPENVINO):
	python3 -m venv .venv-onnx
	.venv-onnx/bin/pip install --quiet openvino==$(OPENVINO)
	touch $@

# A browser for the tests of reports; FKC_CHROMIUM names another one.
chromium:
	@if [ -z "$$FKC_CHROMIUM" ] && ! command -v chromium chromium-browser google-chrome >/dev/null; then \
	  if command -v apt-get >/dev/null; then \
	    echo "installing chromium"; \
	    $(SUDO) apt-get update -qq && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else \
	    echo "please install Chromium or name it in FKC_CHROMIUM; without it no report is tried in a browser" >&2; exit 1; \
	  fi; \
	fi

# Where nothing may be skipped.
test-report: setup chromium
	swift build -c release --build-tests
	FKC_TEST_BROWSER=required swift test -c release --skip-build --filter Report

# With make onnx before it, or FKC_OPENVINO set, nothing is skipped; here that is seen to.
test-onnx: setup $(if $(FKC_OPENVINO),,onnx)
	swift build -c release --build-tests
	FKC_TEST_ONNX=required swift test -c release --skip-build --filter ONNX

# Remakes the plotting library of reports; nothing else needs it.
vendor-vega: .venv-vega/bin/python
	.venv-vega/bin/python Sources/CReportAssets/vendor.py

.venv-vega/bin/python:
	python3 -m venv .venv-vega
	.venv-vega/bin/pip install --quiet vl-convert-python==1.9.0.post1

.venv/bin/python:
	python3 -m venv .venv
	.venv/bin/pip install --quiet numpy

clean:
	rm -rf .build $(STATIC) dist .venv .venv-* Benchmarks/.build Benchmarks/.cache
