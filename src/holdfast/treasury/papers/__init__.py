"""Papers: invoices and credit notes for fees, statements, the journal for bookkeepers, dated rates. Pure: rules, forms
and formats; what is stored is asked and written by the treasury's queries and operations.
"""
