"""The addresses of the books and the connections."""

from __future__ import annotations

from django.urls import path

from orderhouse.console.trust import books, connections, deeds, letters, movements

urlpatterns = [
    path("books", books.books_page, name="books"),
    path("books/prove", books.prove, name="prove-books"),
    path("books/assign", books.assign_violations_page, name="assign-violations"),
    path("books/proofs", books.proofs_page, name="book-proofs"),
    path("books/rules/<slug:rule>", books.rule_page, name="book-rule"),
    path("books/deeds", deeds.deeds_page, name="book-deeds"),
    path("books/movements", movements.movement_list, name="book-movements"),
    path("books/movements.csv", movements.movement_file, name="book-movements-file"),
    path("connections", connections.connections_page, name="connections"),
    path("connections/route", connections.route_page, name="set-route"),
    path("connections/letters", letters.letter_list, name="letters"),
    path("connections/letters/replay", letters.replay, name="replay-letters"),
    path("connections/letters/drop", letters.drop, name="drop-letters"),
    path("connections/letters/<str:source>/<int:message_id>", letters.letter_page, name="letter"),
]
