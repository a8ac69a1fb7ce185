"""What every test run needs; each plugin says why."""

pytest_plugins = [f"tests.plugins.{name}" for name in ("servers", "flush", "strict", "workers", "browser")]
