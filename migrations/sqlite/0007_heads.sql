-- The heads of the audit log and of the change feed follow what is appended: a trip to the database less for each.

CREATE TRIGGER audit_head_follows AFTER INSERT ON audit_entry
BEGIN
    UPDATE audit_head SET hash = NEW.hash;
END;

CREATE TRIGGER registry_head_follows AFTER INSERT ON registry_change
WHEN NEW.seq > (SELECT seq FROM registry_head)
BEGIN
    UPDATE registry_head SET seq = NEW.seq;
END;
