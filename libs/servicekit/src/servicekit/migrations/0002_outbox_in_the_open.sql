-- A row lives for moments: to compress it takes longer than to write it.
ALTER TABLE outbox ALTER COLUMN value SET STORAGE EXTERNAL;
