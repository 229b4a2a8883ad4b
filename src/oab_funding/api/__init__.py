"""The front door: frames, paths or results for tables, plain values for choices.

Every function settles its arguments into one `Calculation`, carries that out as the command line does,
journal and all, and wraps the outcome in a frozen result.
"""
