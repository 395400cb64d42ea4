"""Stories from end to end, over real HTTP."""
