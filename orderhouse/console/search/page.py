"""The search: a page of its own, and for the command bar its list alone."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import allow
from orderhouse.console.search.find import LONGEST, find
from orderhouse.people.define_person import ROLES


@allow(*ROLES)
@require_GET
def search(request: DeskRequest) -> HttpResponse:
    """What was found, by kind. A whole code that names one thing leads there at once; the command bar puts it first instead."""
    typed = request.GET.get("q", "")[:LONGEST].strip()
    hits = find(request.desk, typed)
    in_bar = request.headers.get("HX-Request") == "true"
    exact = [hit for hit in hits if hit.exact]
    if len(exact) == 1 and not in_bar:
        return HttpResponseRedirect(exact[0].href)
    groups = [(name, list(found)) for name, found in groupby(hits, key=lambda hit: str(hit.group))]
    template = "console/search_hits.html" if in_bar else "console/search.html"
    response = render(request, template, {"typed": typed, "groups": groups, "in_bar": in_bar})
    response.headers["Vary"] = "HX-Request"
    return response
