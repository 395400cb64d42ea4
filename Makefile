# Every target is `python3 run.py TARGET`; variables given to make (ONCE=1, ONLY=commands) reach it as environment.
PYTHON ?= python3
TARGETS = setup demo up test browser long lint types style bench lock

.PHONY: help $(TARGETS)
help:
	@$(PYTHON) run.py

$(TARGETS):
	@$(PYTHON) run.py $@
