import type { Flavour } from "#lib/engines/family-mysql/flavour";
import { numbers } from "#lib/engines/family-mysql/test-server";

/** What only one of the servers has. */
const OWN = {
  mariadb: {
    columns: "uu UUID, ip INET6",
    names: "uu, ip",
    values: "UUID(), '::1'",
    nulls: "NULL, NULL",
    objects: ["CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 3", "SELECT NEXTVAL(numbers)"],
  },
  mysql: {
    columns: "ex VARCHAR(36) DEFAULT (UUID())",
    names: "ex",
    values: "'x'",
    nulls: "NULL",
    objects: [
      "CREATE TABLE places (id INT PRIMARY KEY, at POINT NOT NULL SRID 4326, js JSON, SPATIAL KEY (at), KEY down (id DESC) INVISIBLE, KEY computed ((CAST(js->>'$.n' AS UNSIGNED))), CONSTRAINT loose CHECK (id > 5) NOT ENFORCED)",
      `INSERT INTO places VALUES (1, ST_SRID(POINT(1, 2), 4326), '{"n": 7}')`,
      "SET sql_generate_invisible_primary_key = ON",
      "CREATE TABLE keyless (v INT)",
      "SET sql_generate_invisible_primary_key = OFF",
      "INSERT INTO keyless VALUES (7), (8)",
      "CREATE JSON DUALITY VIEW duality AS SELECT JSON_DUALITY_OBJECT('_id': id, 'egg': egg_id) FROM hen",
    ],
  },
} as const;

/** Of MariaDB, and only for its own dump tool. */
export const MARIADB_10 = [
  "CREATE TABLE history (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING",
  "INSERT INTO history VALUES (1, 1), (2, 2)",
  "UPDATE history SET v = 3",
  "DELETE FROM history WHERE id = 1",
];

/** Of MySQL 9, and only for its own dump tool. */
export const MYSQL_9 = [
  "CREATE TABLE vectors (id INT PRIMARY KEY, ve VECTOR(3))",
  "INSERT INTO vectors VALUES (1, STRING_TO_VECTOR('[1,-2.5,1e10]')), (2, NULL)",
  "CREATE LIBRARY lib COMMENT 'it''s' LANGUAGE JAVASCRIPT AS $$ export const n = ';'; $$",
];

const GENERATED = `gs INT AS (ti * 2) STORED, gv VARCHAR(80) AS (CONCAT(c, '(', vc, ')')) VIRTUAL,`;

/** One of everything that a database can hold and a client can bring back equal. */
export function everything(flavour: Flavour, client: Flavour = flavour): readonly string[] {
  const own = OWN[flavour];
  const able = flavour !== "mysql" || client !== "mariadb";
  return [
    `CREATE TABLE types (
     id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
     ti TINYINT, bo BOOLEAN, si SMALLINT UNSIGNED, mi MEDIUMINT, i INT(11) ZEROFILL, bi BIGINT,
     de DECIMAL(65,30), fl FLOAT, dou DOUBLE, bits BIT(17),
     c CHAR(10), vc VARCHAR(200) CHARACTER SET utf8mb4, l1 VARCHAR(50) CHARACTER SET latin1,
     u16 VARCHAR(20) CHARACTER SET utf16, b BINARY(5), vb VARBINARY(300), tb TINYBLOB, bl BLOB, lb LONGBLOB, tx TEXT, lt LONGTEXT,
     d DATE, t TIME(6), dt DATETIME(6), ts TIMESTAMP(3) NULL, y YEAR,
     en ENUM('a','it''s','ü'), se SET('x','y z','"'), js JSON, ${own.columns},
     pt POINT, ge GEOMETRY,
     ${able ? GENERATED : ""}
     hidden INT INVISIBLE DEFAULT 7,
     CONSTRAINT positive CHECK (si >= 0), KEY (vc(20)), UNIQUE KEY \`odd \`\` key\` (bi), FULLTEXT KEY (tx)
   ) COMMENT 'quotes '' and \\\\ backslashes,\nlines; and -- dashes'`,
    `INSERT INTO types (ti, bo, si, mi, i, bi, de, fl, dou, bits, c, vc, l1, u16, b, vb, tb, bl, lb, tx, lt, d, t, dt, ts, y, en, se, js, ${own.names}, pt, ge) VALUES
     (-128, TRUE, 65535, -8388608, 42, -9223372036854775808, 12345678901234567890.123456789, 1.5, 2.2250738585072014e-308, b'10000000000000001',
      'a''b"c', 'tab\\t nl\\n cr\\r nul\\0 bs\\\\ ctrlz\\Z 🐘 ünï', 'façade', '漢字', 0x0001FF2700, 0xDEADBEEF00, '', 0x275C0A0D1A00, 0x00, 'it''s; -- not (a comment)', '${"long ".repeat(50)}',
      '9999-12-31', '-838:59:59.000000', '1000-01-01 00:00:00.000001', '2038-01-19 03:14:07.999', 1901,
      'it''s', 'x,"', '{"a": [1, null, "ü"]}', ${own.values}, POINT(1, 2), ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')),
     (127, FALSE, 0, 0, 0, 0, 0, -0.0, 1e308, b'0', '', '', '', '', '', '', NULL, NULL, NULL, '', '', '2000-02-29', '00:00:00', '2000-01-01', NULL, 0, 'a', '', 'null', ${own.nulls}, NULL, NULL)`,
    "INSERT INTO types (id) VALUES (18446744073709551614)",
    "CREATE TABLE `empty` (id INT)",
    "CREATE TABLE `select` (`from` INT PRIMARY KEY, `wh``ere '\"\\\\ (x` VARCHAR(9) NOT NULL DEFAULT '(;')",
    "INSERT INTO `select` VALUES (0, 'zero'), (1, '`), ('), (2, ''')')",
    "CREATE TABLE `odd ``table'\" (name), – 漢` (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 77",
    "CREATE TABLE `100%_sure` (id INT PRIMARY KEY) ENGINE=MyISAM",
    `INSERT INTO \`100%_sure\` SELECT seq FROM ${numbers(flavour, 33)}`,
    "CREATE TABLE parted (id INT, v VARCHAR(9)) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
    `INSERT INTO parted SELECT seq, 'v' FROM ${numbers(flavour, 50)}`,
    // Foreign keys in a circle.
    "CREATE TABLE hen (id INT PRIMARY KEY, egg_id INT)",
    "CREATE TABLE egg (id INT PRIMARY KEY, hen_id INT, CONSTRAINT laid_by FOREIGN KEY (hen_id) REFERENCES hen (id))",
    "INSERT INTO hen VALUES (1, NULL), (2, NULL)",
    "INSERT INTO egg VALUES (1, 2), (2, 1)",
    "UPDATE hen SET egg_id = id",
    "ALTER TABLE hen ADD CONSTRAINT hatched_from FOREIGN KEY (egg_id) REFERENCES egg (id)",
    ...own.objects,
    "CREATE VIEW a_on_z AS SELECT * FROM hen",
    "CREATE OR REPLACE VIEW a_on_z AS SELECT 1 AS id",
    "CREATE VIEW `z ``view` AS SELECT h.id, e.id AS `egg's`, 'li\\nne; (x' AS t FROM hen h JOIN egg e ON e.hen_id = h.id WITH CASCADED CHECK OPTION",
    "CREATE OR REPLACE VIEW a_on_z AS SELECT * FROM `z ``view`",
    "CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC COMMENT 'it''s' RETURN n * 2",
    `CREATE PROCEDURE fill(IN n INT)
   BEGIN
     -- a comment; with a semicolon
     /* another one */
     # INSERT INTO \`phantom\` VALUES (1);
     DECLARE i INT DEFAULT 0;
     WHILE i < n DO
INSERT INTO \`empty\` VALUES
(1);
       SET i = i + 1;
     END WHILE;
   END`,
    "CREATE TRIGGER doubled BEFORE INSERT ON egg FOR EACH ROW BEGIN /* why; */ SET NEW.hen_id = NEW.hen_id; END",
    "CREATE TRIGGER after_it AFTER INSERT ON egg FOR EACH ROW SET @eggs = 'ünï; (1)'",
    "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DISABLE COMMENT 'x;' DO BEGIN DELETE FROM `empty`; END",
    // Routines made before remember a default that the database no longer has.
    "SET sql_mode = 'ANSI_QUOTES'",
    `CREATE FUNCTION ansi() RETURNS TEXT DETERMINISTIC RETURN (SELECT "id" FROM "hen" LIMIT 1)`,
  ];
}
