"""What every room stands on: refusals, checked identifiers, quantities, time and SQL files. Standard library only."""
