"""Why a file is not taken as a tech pack at all. What is wrong inside one that is readable is listed cell by cell."""

from holdfast.kernel.refusals import Refusal


class SpreadsheetNotAccepted(Refusal):
    """Send an XLSX workbook or a CSV file; what counts is the content, not the name."""

    status = 415


class SpreadsheetProtected(Refusal):
    """This workbook is protected by a password. Save it without one and send it again."""

    status = 422


class SpreadsheetDamaged(Refusal):
    """This workbook is damaged or is none. Open it in a spreadsheet program, save it as XLSX and send it again."""

    status = 422


class SpreadsheetTooLarge(Refusal):
    """This file is larger than a tech pack may be here."""

    status = 413


class SpreadsheetEmpty(Refusal):
    """There is nothing in this file: no sheet, or no cell that is filled."""

    status = 422
