"""Paper and labels: frozen values in, ZPL, PDF, PNG or SVG out. Knows no order, no stock and no database."""
