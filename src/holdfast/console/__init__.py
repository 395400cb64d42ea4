"""The web console: pages for people, server-rendered.

It knows how to parse a form, ask the gate, call one operation and present. It refuses to know any rule.
"""
