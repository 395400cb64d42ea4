"""The database under everything: its own PostgreSQL when none is given, its roles, its installation row.

It knows servers, roles and grants. It refuses to know any table of any room: which tables are append-only is
told to it.
"""
