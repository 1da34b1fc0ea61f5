"""The catalog: owners, items, packs, barcodes, nodes."""
