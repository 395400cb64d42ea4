"""The treasury's questions, a file a noun; each answers with frozen dataclasses and writes nothing."""
