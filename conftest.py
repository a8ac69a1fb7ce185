"""What every test run needs; each plugin says why."""

pytest_plugins = [f"tests.plugins.{name}" for name in ("quick", "servers", "flush", "strict", "workers", "browser")]
