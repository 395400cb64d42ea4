"""The draft of a contract as a form: sections, rows that come and go, and the document they mean.

It knows how a document is filled in. What can be agreed is said by the contracts' own reading of it.
"""
