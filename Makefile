# What people type: demo, test, lint, format, install, bench. `make help` lists them.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
BUILD_FLAGS ?=

# FFmpeg's libraries are opened when a command needs them, and warnings are errors.
export W2G_FFMPEG_ON_DEMAND ?= $(if $(filter Linux,$(shell uname -s)),1,0)
export W2G_WARNINGS_AS_ERRORS ?= 1
# glibc reads packed relocations from version 2.36 on.
export W2G_PACK_RELOCATIONS ?= $(shell \
    getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ split($$2, v, "."); print (v[1] > 2 || v[2] >= 36) ? 1 : 0 }')

RELEASE = $(SWIFT) build -c release --static-swift-stdlib $(BUILD_FLAGS)
BINARY = .build/release/w2g

.PHONY: help prepare build demo test test-tsan lint format install uninstall bench clean

help:
	@echo "make demo              build, convert the sample film and show the result"
	@echo "make test              run every test"
	@echo "make test-tsan         run the server's tests with ThreadSanitizer (builds all anew)"
	@echo "make lint              check the style of every Swift file"
	@echo "make format            correct the style of every Swift file"
	@echo "make install PREFIX=   install the program, its man page and completions"
	@echo "make bench             measure against the ffmpeg program (slow)"

prepare:
	@scripts/prepare.sh

build: prepare
	$(RELEASE) --product w2g

demo: build
	@scripts/demo.sh $(BINARY)

test: prepare
	$(SWIFT) build --target HLSKit $(BUILD_FLAGS)
	$(SWIFT) build --build-tests $(BUILD_FLAGS)
	scripts/check-imports.sh
	scripts/test.sh $(SWIFT) test --skip-build $(BUILD_FLAGS)

test-tsan: prepare
	TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/tsan-suppressions.txt" \
		$(SWIFT) test --sanitize=thread --scratch-path .build-tsan --no-parallel --filter W2GServeTests $(BUILD_FLAGS)

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

install: build
	scripts/install.sh $(BINARY) "$(DESTDIR)$(PREFIX)"

uninstall:
	scripts/uninstall.sh "$(DESTDIR)$(PREFIX)"

bench: build
	Benchmarks/run.sh $(BINARY)

clean:
	$(SWIFT) package clean
	rm -rf demo Benchmarks/work .build-tsan
