"""What other systems are told, and when (Standard Webhooks)."""
