"""Tests of the rails room."""
