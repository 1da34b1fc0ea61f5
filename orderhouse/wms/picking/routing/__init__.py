"""Pick tours: exactly shortest in a warehouse of parallel aisles with any number of blocks, and the rules of thumb to compare."""

from orderhouse.wms.picking.routing.geometry import Geometry, Point, Stop
from orderhouse.wms.picking.routing.heuristics import largest_gap_length, s_shape_length
from orderhouse.wms.picking.routing.lengths import tour_length
from orderhouse.wms.picking.routing.shortest_tour import Tour, shortest_tour

__all__ = ["Geometry", "Point", "Stop", "Tour", "largest_gap_length", "s_shape_length", "shortest_tour", "tour_length"]
