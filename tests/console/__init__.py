"""The console through its forms and addresses."""
