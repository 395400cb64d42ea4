"""The finance desk: a module for each page. All of it is the operator's, for finance and administrators."""
