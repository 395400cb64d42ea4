"""Promises of the kernel: exact money, one table a lifecycle, one text a value."""
