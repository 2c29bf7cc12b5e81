# make demo   installs what is missing, builds, runs Experiments/gmm40 and shows its figures
# make test   the same set-up, then all tests
# make train-lj13, make train-molecules   remake the networks that the repository holds
# make bench-networks   runs with networks beside JAX and PyTorch
# make onnx   installs OpenVINO for models in ONNX files; make test-onnx runs their tests

SUDO := $(if $(filter-out 0,$(shell id -u)),sudo)
PACKAGES := libgsl-dev libopenblas0
FKC := .build/release/fkc
OPENVINO := 2026.4.1

.PHONY: demo test test-onnx onnx build setup lint client experiment-gmm40 experiment-latent-product experiment-lj13 \
        experiment-guidance \
        train-lj13 train-molecules bench-networks clean

demo: build
	python3 Experiments/gmm40/demo.py

# Tests of ONNX models are skipped, with the reason, where OpenVINO cannot be installed.
test: setup
	-$(MAKE) onnx
	swift build -c release --build-tests
	sh Tests/Client/check.sh
	swift test -c release --skip-build

build: setup
	swift build -c release --product fkc

# Installs the C libraries on Debian and its relatives; elsewhere says which are needed.
setup:
	@missing=; \
	printf '#include <gsl/gsl_rng.h>\nint main(void) { return 0; }\n' | \
	  $(CC) -x c - -o /dev/null -lgsl -lm -l:libopenblas.so.0 2>/dev/null || missing=1; \
	if [ -n "$$missing" ]; then \
	  if command -v apt-get >/dev/null; then \
	    echo "installing $(PACKAGES)"; \
	    $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $(PACKAGES) >/dev/null; \
	  else \
	    echo "please install the GNU Scientific Library with its headers, and OpenBLAS, then try again" >&2; \
	    echo "(on Debian and Ubuntu: $(PACKAGES))" >&2; exit 1; \
	  fi; \
	fi

lint:
	swift format lint --strict -r Sources Tests

experiment-gmm40: build
	python3 Experiments/gmm40/table.py

experiment-latent-product: build .venv/bin/python
	.venv/bin/python Experiments/latent-product/table.py

# Each needs what its requirements.txt names; see its README.
.venv-%/ready: Experiments/%/requirements.txt
	python3 -m venv .venv-$*
	.venv-$*/bin/pip install --quiet -r $<
	touch $@

train-lj13: .venv-lj13/ready
	.venv-lj13/bin/python Experiments/lj13/sample.py
	.venv-lj13/bin/python Experiments/lj13/train.py
	.venv-lj13/bin/python Experiments/lj13/evaluate.py

# Learns to spell first, then smooths the latent; its README says why.
train-molecules: .venv-molecules/ready
	cd Experiments/molecules && python=../../.venv-molecules/bin/python && $$python data.py && \
	$$python train_vae.py --minutes 37 --beta 0.03 --word_dropout 0.15 --property_weight 5 --rate 0.002 --seed 1 && \
	$$python train_vae.py --resume --minutes 12.5 --beta 0.4 --word_dropout 0.05 --property_weight 10 --seed 2 && \
	$$python train_vae.py --resume --minutes 7.5 --beta 0.8 --word_dropout 0 --property_weight 25 --seed 3 && \
	$$python train_diffusion.py --minutes 8.5 && $$python evaluate.py --count 4000 --each 300 && $$python table.py

# Samples at the temperature of training, judged against the chains of sample.py.
experiment-lj13: build .venv-lj13/ready
	test -f Experiments/lj13/data/reference_2.0.npy || .venv-lj13/bin/python Experiments/lj13/sample.py
	$(FKC) run Experiments/lj13/unannealed.yaml --overwrite
	.venv-lj13/bin/python Experiments/lj13/score.py Experiments/lj13/runs/unannealed

# Mixtures take minutes, molecules much longer.
experiment-guidance: build .venv-molecules/ready
	.venv-molecules/bin/python Experiments/guidance/mixtures_table.py
	.venv-molecules/bin/python Experiments/guidance/molecules_table.py

bench-networks: build .venv-lj13/ready
	.venv-lj13/bin/pip install --quiet jax==0.10.2
	.venv-lj13/bin/python Benchmarks/networks.py mlp
	.venv-lj13/bin/python Benchmarks/networks.py lj13

onnx: .venv-onnx/openvino-$(OPENVINO)

# OpenVINO's own Python package holds its libraries; nothing else of it is used.
.venv-onnx/openvino-$(OPENVINO):
	python3 -m venv .venv-onnx
	.venv-onnx/bin/pip install --quiet openvino==$(OPENVINO)
	touch $@

# With make onnx before it, or FKC_OPENVINO set, nothing is skipped; here that is seen to.
test-onnx: setup $(if $(FKC_OPENVINO),,onnx)
	swift build -c release --build-tests
	FKC_TEST_ONNX=required swift test -c release --skip-build --filter ONNX

.venv/bin/python:
	python3 -m venv .venv
	.venv/bin/pip install --quiet numpy

clean:
	rm -rf .build .venv .venv-*
