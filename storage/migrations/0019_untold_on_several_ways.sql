-- A letter that may be told on none of several ways is found by each of them; outbox.chat is the first (storage/untold.py).
CREATE TABLE untold_ways (
    chat TEXT NOT NULL,
    letter BIGINT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    PRIMARY KEY (chat, letter)
);
CREATE INDEX untold_ways_of ON untold_ways (letter);
