"""`newsdedup config`."""

from __future__ import annotations

import sys

import typer

from jobs.cli.app import app
from jobs.cli.options import Assignments, ConfigFile, merged_settings

config_app = typer.Typer(no_args_is_help=True)
app.add_typer(config_app, name="config", help="Show the settings that a command would use.")


@config_app.command("show")
def config_show(config: ConfigFile = None, set_: Assignments = None) -> int:
    """Print the merged settings as a file that `--config` takes, and their digest.

    Example: `newsdedup config show --set stories.event_cut=0.7 > newsdedup.toml`
    """
    from jobs.config import as_toml

    settings = merged_settings(config, set_)
    sys.stdout.write(f"# digest {settings.stages.digest}\n{as_toml(settings)}")
    return 0
