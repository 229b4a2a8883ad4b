"""The calculation as a whole: its file, its inputs, its choices, its steps, and what they gave."""
