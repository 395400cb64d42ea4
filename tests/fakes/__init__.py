"""What stands in for the outside: servers on the loopback that are as strict as the real ones."""
