"""Appointments: book, read, cancel, move, and say what became of them."""
