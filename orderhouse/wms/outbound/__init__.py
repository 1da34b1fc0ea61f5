"""What must go out: releases this node accepted, and what became of each unit."""
