"""What every test run needs; each plugin says why."""

PLUGINS = ("quick", "template", "servers", "flush", "strict", "workers", "browser", "order")
pytest_plugins = [f"tests.plugins.{name}" for name in PLUGINS]
