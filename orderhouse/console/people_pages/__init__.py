"""Who works here, and with what: people and roles, badges, API keys. Administrators' pages; auditors read them."""
