-- Where the subdistrict hears of a meeting's decision whose date has passed. One chat may be the street's for several
-- communities.
CREATE TABLE street_chats (
    community TEXT COLLATE "C" NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    chat TEXT COLLATE "C" NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (community, chat)
);
