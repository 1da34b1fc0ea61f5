"""Whatever comes from outside ends in a value or a refusal, soon, and in little memory."""
