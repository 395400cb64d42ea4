"""The tests of Holdfast; a folder a room."""
