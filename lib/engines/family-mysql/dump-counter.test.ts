import { describe, expect, it } from "vitest";
import { DumpCounter } from "#lib/engines/family-mysql/dump-counter";

const MARIADB = `/*M!999999\\- enable the sandbox mode */
-- MariaDB dump 10.19
CREATE TABLE \`t\` (
  \`a\` int(11) DEFAULT NULL COMMENT ') ENGINE; (''q'''
) ENGINE=InnoDB;
INSERT INTO \`t\` VALUES
(1,'a(\\'\\\\',0x00FF),
(2,');\\nINSERT INTO \`t\` VALUES (1)',NULL),
(3,'','\\\\');
INSERT INTO \`t\` VALUES
(4,'''',_binary '\\'(');
DELIMITER ;;
CREATE PROCEDURE \`p\`()
begin
CREATE TABLE \`phantom\` (a int);
INSERT INTO \`t\` VALUES
(1);
end ;;
DELIMITER ;
CREATE TABLE \`empty\` (
  \`a\` int
);
-- Dump completed on 2026-01-01  0:00:00
`;

const MYSQL = `-- MySQL dump 10.13  Distrib 8.0.36
CREATE TABLE \`odd \`\` (name)\` (
  \`x(\` int
);
INSERT INTO \`odd \`\` (name)\` (\`x(\`, \`y'\`) VALUES (1,'(a),(b)'),(2,_binary 'x\\';('),(3,NULL);
INSERT INTO \`odd \`\` (name)\` (\`x(\`, \`y'\`) VALUES (4,'—(');
/*!50001 CREATE VIEW \`v\` AS SELECT 
 1 AS \`a\`*/;
-- Dump completed on 2026-01-01  0:00:00
`;

function count(text: string, pieceBytes: number): Record<string, number> {
  const bytes = Buffer.from(text);
  const counter = new DumpCounter();
  for (let at = 0; at < bytes.length; at += pieceBytes)
    counter.update(Buffer.from(bytes.subarray(at, at + pieceBytes)));
  counter.assertWhole();
  return Object.fromEntries(counter.rows);
}

describe("DumpCounter", () => {
  it.each([1, 2, 3, 7, 64, 100_000])("counts rows of either client in pieces of %i bytes", (size) => {
    expect(count(MARIADB, size)).toEqual({ t: 4, empty: 0 });
    expect(count(MYSQL, size)).toEqual({ "odd ` (name)": 4 });
  });

  it("counts through lines that are longer than any buffer", () => {
    const row = `(1,'${"(\\'".repeat(50_000)}')`;
    const text = `CREATE TABLE \`t\` (\nINSERT INTO \`t\` VALUES ${row},${row},${row};\n-- Dump completed\n`;
    expect(count(text, 65_536)).toEqual({ t: 3 });
  });

  it.each([MARIADB.slice(0, -60), MARIADB.slice(0, MARIADB.indexOf("(2,")), "", "-- Dump completed"])(
    "takes a dump for whole by its last line only (%#)",
    (text) => {
      const whole = () => count(text, 1000);
      if (text === "-- Dump completed") expect(whole()).toEqual({});
      else expect(whole).toThrow(/cut off/);
    },
  );
});
