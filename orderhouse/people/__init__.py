"""People: tenants, users, badges, API keys."""
