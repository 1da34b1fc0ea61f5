"""What nodes report: stock changes, announced and closed receipts."""
