"""The audit's numbers, lists and page.

`records` says what a report holds, `figures` counts it, `tables` and `exports` give the full lists, `page`
shows it.
"""
