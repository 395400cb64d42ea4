"""The pages, one file a noun: gate, one question or one operation, one template."""
