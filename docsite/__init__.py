"""The documentation site: ``make docs`` builds it from the Markdown of this repository into build/site."""
