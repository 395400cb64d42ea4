"""`export journal`: the double entries of a period, for a bookkeeper's own program. `export contract`: one contract as
paper or as a spreadsheet."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    """Add the command."""
    export = subparsers.add_parser("export", help="write out what others' programs read")
    kinds = export.add_subparsers(metavar="WHAT", required=True)
    journal = kinds.add_parser("journal", help="the double entries of a period, by accounting day")
    journal.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="DAY")
    journal.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="DAY")
    journal.add_argument("--format", dest="form", choices=("csv", "beancount", "hledger"), default="csv")
    journal.add_argument("--bom", action="store_true", help="begin with what makes some spreadsheets read UTF-8")
    journal.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
    journal.set_defaults(run=_journal)
    contract = kinds.add_parser("contract", help="one contract, for people or for a spreadsheet")
    contract.add_argument("contract", metavar="CONTRACT", help="its ID or its number")
    contract.add_argument("--format", dest="form", choices=("pdf", "json", "xlsx", "csv"), default="pdf")
    contract.add_argument("--language", default="en", help="of the PDF: en, es or zh-hans")
    contract.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
    contract.set_defaults(run=_contract)


def _journal(arguments: argparse.Namespace) -> int:
    from holdfast.cli.environment import database, set_up

    set_up()
    from holdfast.treasury.queries import exports

    with database():
        parts = exports.exported(first=arguments.first, last=arguments.last, form=arguments.form, bom=arguments.bom)
        if arguments.output is None:
            for part in parts:
                sys.stdout.buffer.write(part.encode())
            sys.stdout.buffer.flush()
            return 0
        with arguments.output.open("wb") as file:
            for part in parts:
                file.write(part.encode())
    return 0


def _contract(arguments: argparse.Namespace) -> int:
    from holdfast.cli.environment import database, set_up

    set_up()
    from django.conf import settings

    from holdfast.contracts import queries, techpack
    from holdfast.contracts.printing import contract, found_for
    from holdfast.kernel.refusals import Invalid, NotFound

    languages = [code for code, _name in settings.LANGUAGES]
    if arguments.language not in languages:
        raise Invalid(field="language", found=arguments.language, accepted=languages)
    with database():
        contract_id = queries.contract_named(name=arguments.contract)
        if contract_id is None:
            raise NotFound(field="contract")
        found = found_for(contract_id=contract_id)
        match arguments.form:
            case "pdf":
                content = contract(found, language=arguments.language)
            case "json":
                content = queries.canonical_text(contract_id=contract_id)
            case "xlsx":
                content = techpack.as_xlsx(found.text["agreed"])
            case _:
                content = techpack.as_csv(found.text["agreed"])
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        arguments.output.write_bytes(content)
    return 0
