# Every target is `python3 run.py TARGET`; variables given to make (ONCE=1, ONLY=commands) reach it as environment.
PYTHON ?= python3
TARGETS = setup demo up test browser long lint types style client bench lock

BENCHMARKS = commands audit money contracts platform

.PHONY: help $(TARGETS) $(BENCHMARKS)
help:
	@$(PYTHON) run.py

# `make bench commands` is `make bench ONLY=commands`.
$(TARGETS):
	@$(PYTHON) run.py $@ $(if $(filter bench,$@),$(filter $(BENCHMARKS),$(MAKECMDGOALS)))

$(BENCHMARKS):
	@:
