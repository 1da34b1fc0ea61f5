"""Pick tours: exactly shortest in a warehouse of parallel aisles with any number of blocks, and the rules of thumb to compare."""

from orderhouse.wms.routing.geometry import Geometry, Point, Stop
from orderhouse.wms.routing.heuristics import largest_gap_length, s_shape_length
from orderhouse.wms.routing.lengths import tour_length
from orderhouse.wms.routing.shortest_tour import Tour, shortest_tour

__all__ = ["Geometry", "Point", "Stop", "Tour", "largest_gap_length", "s_shape_length", "shortest_tour", "tour_length"]
