import { query } from "#e2e/servers/query";

/** Fills a database with what a dump can get wrong: types, keys, sequences, views, partitions, functions. */
export async function fillSource(url: string, rows = 5000): Promise<void> {
  await query(
    url,
    `CREATE TYPE mood AS ENUM ('calm', 'it''s "fine"');
     CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL, mood mood, joined timestamptz, tags text[]);
     CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,
       total numeric(12,2) CHECK (total >= 0), note jsonb, picture bytea);
     CREATE TABLE "Odd ""Name"", größe" ("select" int, "tab\tcolumn" text);
     CREATE TABLE events (at date NOT NULL, what text) PARTITION BY RANGE (at);
     CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
     CREATE INDEX orders_by_customer ON orders (customer_id) WHERE total > 10;
     CREATE VIEW spent AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
     CREATE MATERIALIZED VIEW spent_once AS SELECT * FROM spent;
     CREATE FUNCTION double_it(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$;
     COMMENT ON TABLE orders IS 'semicolon; and -- dashes, and ''quotes''';
     INSERT INTO customers (name, mood, joined, tags)
       SELECT 'Ünïcode ☃ ' || i, 'calm', '2026-01-01'::timestamptz + i * interval '1 hour', ARRAY['a', 'b,c', NULL]
       FROM generate_series(1, ${rows}) i;
     INSERT INTO orders (customer_id, total, note, picture)
       SELECT 1 + i % ${rows}, i % 1000, jsonb_build_object('n', i, 'text', repeat('x', i % 50)), decode(md5(i::text), 'hex')
       FROM generate_series(1, ${rows * 2}) i;
     INSERT INTO "Odd ""Name"", größe" VALUES (1, E'line\\nbreak\\ttab\\\\back'), (NULL, NULL);
     INSERT INTO events SELECT '2026-03-01'::date + i % 90, 'event ' || i FROM generate_series(1, 1000) i;
     REFRESH MATERIALIZED VIEW spent_once;`,
  );
}
