"""Pages of phases 2 to 4, by noun. `answer.py` holds the one way in which a form page ends in a verb."""
