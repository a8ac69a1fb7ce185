#!/usr/bin/env python
"""Django's command line; alone, it speaks to the demonstration."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command of sys.argv, with an embedded database where none is configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rdv.config.settings.demo")
    from rdv.config.embedded import EmbeddedServerError
    from rdv.config.env import ConfigurationError
    from rdv.config.servers import servers_for_command

    try:
        with servers_for_command(sys.argv):
            execute_from_command_line(sys.argv)
    except (ConfigurationError, EmbeddedServerError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
