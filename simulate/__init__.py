"""Freed slots, waiting families and their replies, drawn at random and played on the real engine."""
