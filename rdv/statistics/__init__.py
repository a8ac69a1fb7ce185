"""Figures for people: how many came, how many slots were given back, and how many found another family.

`definitions` says what each figure is, `counting` writes them each night, `reading` adds them up for a page.
"""
