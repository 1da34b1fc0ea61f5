"""Where a carrier shows a parcel to the public."""

from __future__ import annotations

import re
from urllib.parse import quote

_PAGES = {
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id=",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr=",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/",
    "ups": "https://www.ups.com/track?tracknum=",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
}


def tracking_page(carrier: str, tracking: str) -> str:
    """The carrier's page for a tracking number; empty for a carrier without one (an own fleet)."""
    name = re.sub(r"[^a-z]", "", carrier.lower())
    page = next((page for known, page in _PAGES.items() if name.startswith(known)), "")
    return page + quote(tracking, safe="") if page and tracking else ""
