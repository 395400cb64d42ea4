"""Tests of the embedded server, its roles and the guards."""
