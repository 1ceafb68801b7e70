# Every step is a line that can be run by hand. "make measure" and "make test" do all that a fresh Debian or Ubuntu
# machine with git, make and the .NET 10 SDK needs; the second time they start at once.

PACKAGES := g++ libtorch-dev libopenblas0-pthread
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
PREFIX ?= $(HOME)/.local
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: help measure test test-faults test-slurm soak build system native browser assets verify-cuda gpu-acceptance install publish bench bench-peers bench-training bench-report bench-viewers bench-live bench-accuracy bench-scale format clean

help:
	@echo "make measure   install what is missing, build, measure the paper's models on this machine"
	@echo "make test      install what is missing, build, run all tests"
	@echo "make test-faults  kill, fill, break and fuzz for hours: 1,000 kills, a million inputs; root can also fill disks"
	@echo "make soak [DURATION=01:00:00]  measure and show it live to 10 viewers, and watch memory and handles"
	@echo "make test-slurm  a sweep on a two-node Slurm cluster on this machine, one node dying; installs slurm-wlm and munge"
	@echo "make verify-cuda  check the CUDA bindings against NVIDIA's own libraries; needs no GPU"
	@echo "make gpu-acceptance [HOST=user@machine]  measure a GPU, here or over ssh; leaves a database and tables"
	@echo "make build     build ./sparseprof"
	@echo "make install   put sparseprof on the PATH (PREFIX=$(PREFIX))"
	@echo "make publish   one self-contained file for linux-x64 under artifacts/publish"
	@echo "make bench     time our own hot paths with BenchmarkDotNet"
	@echo "make bench-peers  compare with PyTorch, interleaved, as ratios"
	@echo "make bench-training  sparse methods, mixtures, resuming, throughput of training; about an hour, resumable"
	@echo "make bench-accuracy [DATA=DIR]  replay the cost model's accuracy on public tables"
	@echo "make format    what dotnet format would change makes this fail"
	@echo "make clean     remove what was built"

measure: build
	./sparseprof measure

test: system native browser
	dotnet build SparseProf.sln -c Release -v quiet
	build/test.sh

# Every test of faults, FACTOR times as often as "make test" does; counts are printed. ARGS="-class '*Killed*'" chooses,
# PIECE=3/10 does the third tenth of the counts: where commands may not run for long, ten pieces add up to one run.
test-faults: FACTOR ?= 50
test-faults: PIECE ?= 1/1
test-faults: ARGS ?=
test-faults: build
	dotnet build tests/Faults.Tests -c Release -v quiet
	SPARSEPROF_FAULTS=$(FACTOR) SPARSEPROF_FAULTS_PIECE=$(PIECE) SPARSEPROF_PROGRAM=artifacts/bin/sparseprof.dll dotnet tests/Faults.Tests/bin/Release/net10.0/SparseProf.Faults.Tests.dll -noLogo -noColor -diagnostics $(ARGS)

soak: DURATION ?= 01:00:00
soak: build
	dotnet run -c Release --project tests/Soak -- artifacts/bin/sparseprof.dll $(DURATION) artifacts/soak 10

# A real Slurm: munged, slurmctld and two slurmd on loopback, stopped by process id at the end. About five minutes.
test-slurm: PACKAGES += slurm-wlm munge procps python3
test-slurm: build
	scripts/test-slurm.sh

build: system native sparseprof

# ReadyToRun code starts in a third of the time; the framework stays shared.
sparseprof: $(shell git ls-files -co --exclude-standard src hwprofiles Directory.Build.props Directory.Packages.props 2>/dev/null)
	dotnet publish src/Cli -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o artifacts/bin -v quiet
	printf '#!/bin/sh\nexec dotnet "%s/artifacts/bin/sparseprof.dll" "$$@"\n' "$(CURDIR)" > $@
	chmod +x $@

system:
	@dpkg -s $(PACKAGES) >/dev/null 2>&1 || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends $(PACKAGES); }

	@command -v npm >/dev/null || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends npm; }

# Prints reports and runs their tests; without one HTML is written, and those tests skip.
browser:
	@command -v chromium google-chrome chromium-browser microsoft-edge >/dev/null || { $(SUDO) apt-get update -q; $(SUDO) apt-get install -y -q --no-install-recommends chromium; } || echo "no browser: its tests will skip"

# Chart code and fonts of the reports, as src/Reports/assets/package-lock.json pins them; the build does it by itself.
assets: system
	cd src/Reports/assets && npm ci --no-audit --no-fund --ignore-scripts

native: artifacts/native/libsparseprof_torch.so

# The shim fits one libtorch: that of LIBTORCH, else of python3's torch package where it has headers, else the system's.
LIBTORCH ?= $(shell python3 -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')" 2>/dev/null)
comma := ,
LIBTORCH_FLAGS := $(if $(wildcard $(LIBTORCH)/include/ATen),-I$(LIBTORCH)/include -L$(LIBTORCH)/lib -Wl$(comma)-rpath$(comma)$(LIBTORCH)/lib)

artifacts/native/libsparseprof_torch.so: src/Torch/native/dispatch.cpp
	mkdir -p $(@D)
	g++ -std=c++17 -O2 -Wall -shared -fPIC -fvisibility=hidden -Wl,-z,now -o $@ $< $(LIBTORCH_FLAGS) -ltorch_cpu -lc10

# Unpacks CUDA 12.4 from Debian's non-free component into ~/.cache/sparseprof (1 GB); nothing is installed.
verify-cuda:
	scripts/fetch-cuda-libraries.sh
	dotnet run --project tests/Profiler.Tests -c Release -- -namespace SparseProf.Profiler.Tests.Devices.Cuda

# On a machine with a GPU: libraries, a product of known speed, kernels, models, tables. Needs no .NET there: with
# HOST=user@machine the one file is copied over ssh, run, and the database and tables are fetched back.
gpu-acceptance: publish
	scripts/gpu-acceptance.sh $(HOST)

install: build
	mkdir -p $(PREFIX)/bin
	ln -sf $(CURDIR)/sparseprof $(PREFIX)/bin/sparseprof

publish: system native
	dotnet publish src/Cli -c Release -r linux-x64 --self-contained true -p:PublishReadyToRun=true -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=none -o artifacts/publish -v quiet
	ls -l artifacts/publish/sparseprof

# ARGS="--filter '*Median*'" chooses, ARGS="--job short" is quicker.
bench: ARGS ?= --filter '*'
bench: system native
	dotnet run -c Release --project bench/Kernels -- $(ARGS)

# The same work done by what a user would pick instead, interleaved in one run, printed as ratios.
bench-peers: PACKAGES += python3-torch python3-scipy libeigen3-dev
bench-peers: system native
	dotnet run -c Release --project bench/Peers

# Claims about training, on synthetic data and the SDK's text. ARGS="vision mixture transfer throughput resume" chooses.
# Finished trainings are kept in artifacts/bench-training.db: after a stop the same command goes on with the others.
bench-training: PACKAGES += python3-torch
bench-training: ARGS ?=
bench-training: system native
	dotnet run -c Release --project bench/Training -- $(ARGS)

# Held-out errors of the cost model on public tables: DATA holds a folder for each. Lines without data are skipped.
DATA ?= ../shared/data
bench-accuracy:
	dotnet run -c Release --project bench/Accuracy -- $(DATA)

# Merging, large stores and large clusters on synthetic data: ARGS="store", "cluster" or "merge SHARDS MEASUREMENTS SAMPLES".
bench-scale: ARGS ?= merge
bench-scale:
	dotnet run -c Release --project bench/Scale -- $(ARGS)

# What ten viewers of the live page do to measured medians: PAIRS of measurements in turns, about 20 s each.
PAIRS ?= 10
bench-viewers: build
	rm -f artifacts/viewers.db
	dotnet run -c Release --project bench/Reports -- viewers ./sparseprof artifacts/viewers.db $(PAIRS)

# How soon the live page stands in a browser and shows a new measurement.
bench-live: build browser
	dotnet run -c Release --project bench/Reports -- artifacts/live.db
	dotnet run -c Release --project bench/Reports -- live ./sparseprof artifacts/live.db

# A report of 500 synthetic kernels and 50,000 synthetic power readings, timed as a whole process.
bench-report: build
	dotnet run -c Release --project bench/Reports -- artifacts/synthetic.db
	bash -c 'time ./sparseprof report --db artifacts/synthetic.db --html artifacts/synthetic.html --pdf artifacts/synthetic.pdf'

format:
	dotnet format SparseProf.sln --verify-no-changes

clean:
	rm -rf artifacts sparseprof src/*/bin src/*/obj tests/*/bin tests/*/obj bench/*/bin bench/*/obj
