"""What templates may load: `moments` (dates), `ui` (icons, error links, attributes)."""
