-- The head of the audit log follows what is appended: a trip to the database less. (The head of the change feed is moved
-- by the statement that appends, which SQLite cannot do.)

CREATE FUNCTION audit_head_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE audit_head SET hash = NEW.hash;
    RETURN NULL;
END
$$;

CREATE TRIGGER audit_head_follows AFTER INSERT ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_head_follows();
