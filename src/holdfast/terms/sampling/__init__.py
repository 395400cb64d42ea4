"""Sampling by attributes: the plans of ISO 2859-1 as data with their sources, and how likely a plan accepts a lot."""

from holdfast.terms.sampling.chances import binomial, hypergeometric
from holdfast.terms.sampling.plans import LARGEST_LOT, NONE_ACCEPTED, SamplingPlan, check_choice, sampling_plan
from holdfast.terms.sampling.refusals import PlanNotHeld
from holdfast.terms.sampling.switching import (
    ClassResult,
    Inspected,
    Severity,
    severity_after,
    switching_points,
)
from holdfast.terms.sampling.tables import INSPECTIONS, LEVELS, Source, Tables, read_tables, tables

__all__ = [
    "INSPECTIONS",
    "LARGEST_LOT",
    "LEVELS",
    "NONE_ACCEPTED",
    "ClassResult",
    "Inspected",
    "PlanNotHeld",
    "SamplingPlan",
    "Severity",
    "Source",
    "Tables",
    "binomial",
    "check_choice",
    "hypergeometric",
    "read_tables",
    "sampling_plan",
    "severity_after",
    "switching_points",
    "tables",
]
