"""From tote to parcel: every unit checked against its order."""
