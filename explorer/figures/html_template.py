"""HTML files to take along, from templates that lie beside the modules that fill them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


def template_beside(module: str, name: str, filters: Mapping[str, Callable[..., Any]]) -> Template:
    """Read a template; text that is filled in is escaped, and a missing value is an error.

    Args:
        module: `__file__` of the module in whose folder the template lies.
        name: file name of the template.
        filters: functions that the template calls by name.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(module).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment.get_template(name)
