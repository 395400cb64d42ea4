"""The console as people meet it: in a browser, by keyboard, on a phone, in the dark."""
