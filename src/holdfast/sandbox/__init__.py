"""A marketplace to try: its people, its stories, and the demo that plays them over the API like any program would."""
