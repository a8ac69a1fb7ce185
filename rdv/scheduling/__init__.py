"""Time, recurrence, holidays, rules and slots: values in, values out. No Django, no clock, no database."""
