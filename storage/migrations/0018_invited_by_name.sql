-- Whom of the community file an invite is for; NULL: whoever of the role waits for an account.
ALTER TABLE invites ADD COLUMN person TEXT;
