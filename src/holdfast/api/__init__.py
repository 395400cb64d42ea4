"""The way in for programs: JSON under /v1. It parses, asks a gate, calls one operation and presents; no rule is here.

`application` gathers the routers, one module a noun; it is apart from this file because Django imports the package
before its models are ready.
"""
