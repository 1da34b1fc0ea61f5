"""The auditor: it proves every business's books again and again, cheaply, and says so, or says who must look at what.

A beat (:mod:`.examine_business`) looks at one business in one snapshot and leaves word; :mod:`.run` goes from business to business
and keeps to a share of the time.
"""
