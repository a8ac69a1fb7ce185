"""What every test run needs; each plugin says why."""

pytest_plugins = ["tests.plugins.servers", "tests.plugins.strict"]
