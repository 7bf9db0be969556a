# The two commands: make demo, make test. Both install what is missing. make docs builds the
# documentation site.

.PHONY: demo test test-mpi lint fuzz bench docs notebooks notebook notebook-kernel notebook-data build deps clean

DEMO ?= demo

demo: build ## make a sample run, map over it and show the result
	@echo "== a sample run in the facility's format, in $(DEMO)/data"
	@bin/extra-data sample $(DEMO)/data
	@bin/extra-data sample $(DEMO)/data --run 2 --size 4MB --rows 64 --cols 32 --missing-trains 0.1
	@echo
	@echo "== lsxfel: what is in it"
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/lsxfel 700000 1
	@echo
	@echo "== extra-data show and missing: pictures"
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/extra-data show 700000 1 SPB_XTD9_XGM/XGM/DOOCS pulseEnergy.photonFlux -o $(DEMO)/energy.png
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/extra-data show 700000 1 SPB_XTD9_XGM/XGM/DOOCS:output data.intensityTD --roi :12 -o $(DEMO)/pulses.png
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/extra-data missing 700000 2 -o $(DEMO)/missing.png
	@echo
	@echo "== a whole detector, put together, and its radial profile"
	@bin/extra-data sample $(DEMO)/data --run 3 --detector AGIPD1M --trains 4 --pulses 4 --without 5 --corrected
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/extra-data show 700000 3 AGIPD1M -o $(DEMO)/detector.png
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/extra-data show 700000 3 AGIPD1M --radial -o $(DEMO)/radial.png
	@echo
	@echo "== trainmean: the mean image of a detector module, the intensity of each train"
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/trainmean -out $(DEMO) 700000 1
	@echo
	@echo "== correlate: pulse energy against intensity on the detector"
	@EXTRA_DATA_DATA_ROOT=$(DEMO)/data bin/correlate -out $(DEMO) 700000 1

# A program with the race detector sleeps for a second when it ends: tests start hundreds.
test test-mpi: export GORACE = atexit_sleep_ms=0

test: lint ## all tests, with the race detector; some also, or only, without
	@echo "== tests"
	@go test -race -timeout 30m ./...
	@echo "== the judges, of which one alone runs with it"
	@go test -run 'TestGeometry|TestConformance$$|FewDescriptors' ./internal/conformance
	@echo "== workers killed and programs ended, 200 times in each way"
	@go test -run 'TestFaults|TestEndOfProgram' ./pasha
	@echo "== programs killed that write, 200 times each kind of file"
	@go test -run TestKilled ./extradata/write ./extradata/export -kill-rounds 200
	@echo "all tests passed"

ROUNDS = TestRanksRounds|TestRanksProcessRounds|TestRanksEnded

test-mpi: deps ## programs as ranks: under mpirun, mpiexec, and srun on a cluster of pretended nodes
	@.ci/deps mpi
	@echo "== ranks under each launcher"
	@timeout 20m .ci/slurm with go test -race -timeout 18m ./internal/mpi
	@timeout 20m .ci/slurm with go test -timeout 18m -run "TestRanks|TestStrangers" -skip '$(ROUNDS)' ./pasha
	@timeout 20m .ci/slurm with go test -timeout 18m -p 1 -run "TestRanks|TestSbatch" ./extradata ./examples
	@echo "== ranks killed, stopped, panicking and slow, 50 times in each way"
	@timeout 30m .ci/slurm with go test -timeout 28m -parallel 8 -run '$(ROUNDS)' ./pasha -rank-rounds 50

lint: deps ## gofmt, vet, staticcheck
	@echo "== gofmt, vet, staticcheck"
	@files=$$(gofmt -l .); [ -z "$$files" ] || { echo "make: not formatted by gofmt:" $$files >&2; exit 1; }
	@go vet ./...
	@go tool staticcheck ./...

FUZZTIME ?= 1m

fuzz: deps ## each fuzzer for a minute (FUZZTIME)
	@grep -rho --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' . | sort -u | cut -c6- | while read -r fuzzer; do \
		dir=$$(dirname "$$(grep -rl --include='*_test.go' "^func $$fuzzer(" . | head -n 1)"); \
		echo "== $$fuzzer in $$dir"; \
		go test -run '^$$' -fuzz "^$$fuzzer\$$" -fuzztime $(FUZZTIME) "$$dir" || exit 1; \
	done

bench: deps ## benchmarks; contenders are measured beside each other, as ratios
	@go test -run '^$$' -bench . ./...

docs: build ## the documentation site, in docs/.vitepress/dist, with every link checked
	@.ci/deps docs
	@[ docs/node_modules/.package-lock.json -nt docs/package-lock.json ] || npm ci --loglevel=error --prefix docs
	@echo "== pages from the code, the commands and the notebooks"
	@go run ./internal/site pages
	@echo "== the site"
	@npm run --silent --prefix docs build >docs/generated/build.log 2>&1 || { cat docs/generated/build.log >&2; exit 1; }
	@go run ./internal/site check

# The kernel links each cell anew: without symbols that takes less.
NOTEBOOK_ENV = PATH="$(CURDIR)/bin:$$PATH" JUPYTER_DATA_DIR="$(CURDIR)/bin/jupyter" \
	EXTRAPASHA_REPO="$(CURDIR)" EXTRA_DATA_DATA_ROOT="$(abspath $(DEMO))/notebooks" \
	GOFLAGS="-buildvcs=false -ldflags=-w"

notebooks: notebook-kernel notebook-data ## run the notebooks, and compare what they say with what is stored; UPDATE=1 stores it
	@echo "== notebooks"
	@env $(NOTEBOOK_ENV) /usr/bin/python3 notebooks/check.py $(if $(UPDATE),--update) $(or $(NOTEBOOK),$(wildcard notebooks/*.ipynb))

notebook: notebook-kernel notebook-data ## open the notebooks in Jupyter
	@.ci/deps notebook
	@env $(NOTEBOOK_ENV) jupyter-notebook --notebook-dir=notebooks

notebook-kernel:
	@.ci/deps notebooks
	@go -C notebooks build -o ../bin/ github.com/janpfeifer/gonb golang.org/x/tools/cmd/goimports
	@env $(NOTEBOOK_ENV) gonb --install --force_deps >bin/gonb.log 2>&1 || { cat bin/gonb.log >&2; exit 1; }

notebook-data: deps
	@go build -o bin/ ./cmd/extra-data
	@notebooks/data $(DEMO)/notebooks

# Without symbols programs are a quarter smaller. -trimpath would save one in a thousand
# bytes more, and have all compiled twice: go test and go run go without.
build: deps ## the tools and the examples, into bin
	@echo "== building"
	@go build -ldflags=-s -o bin/ ./cmd/... ./examples/...

deps:
	@.ci/deps

clean: ## remove what the targets above made
	rm -rf bin $(DEMO) docs/.vitepress/dist docs/.vitepress/cache docs/generated docs/public/generated docs/api docs/commands docs/notebooks
