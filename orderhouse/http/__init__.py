"""What every address of the API shares: who may, how bodies are read, how refusals are told, how commands are done once.

A route is a :class:`~orderhouse.http.doors.Door` operation and names the scope it needs; without one the house does not start.
"""
