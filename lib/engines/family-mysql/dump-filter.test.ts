import { describe, expect, it } from "vitest";
import { DumpFilter, type FilterRules } from "#lib/engines/family-mysql/dump-filter";

const DUMP = `-- Defaults of the database: CHARACTER SET latin1 COLLATE latin1_swedish_ci
/*M!999999\\- enable the sandbox mode */ 
-- MariaDB dump 10.19
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;

--
-- Table structure for table \`a\`
--

DROP TABLE IF EXISTS \`a\`;
CREATE TABLE \`a\` (
);

--
-- Dumping data for table \`a\`
--

INSERT INTO \`a\` VALUES
(1);
DELIMITER ;;
/*!50003 CREATE*/ /*!50003 TRIGGER \`tr\` BEFORE INSERT ON \`a\` FOR EACH ROW BEGIN
-- Table structure for table \`b\`
USE;
END */;;
DELIMITER ;

--
-- Table structure for table \`b\`\`c\`
--

CREATE TABLE \`b\`\`c\` (
);

--
-- Dumping events for database 'src'
--
CREATE EVENT e;

--
-- Dumping routines for database 'src'
--
ALTER DATABASE \`src\` CHARACTER SET latin1 COLLATE latin1_swedish_ci ;
DELIMITER ;;
CREATE PROCEDURE \`p\`()
BEGIN
ALTER DATABASE \`src\` CHARACTER SET latin1 COLLATE latin1_swedish_ci ;
END ;;
DELIMITER ;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

-- Dump completed on 2026-01-01
`;

function filtered(rules: Partial<FilterRules> = {}, text = DUMP, size = 100_000) {
  const filter = new DumpFilter({
    database: "tar`get",
    tables: new Set(),
    keep: new Set(),
    withoutEvents: false,
    ...rules,
  });
  const out: Buffer[] = [];
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size)
    out.push(...filter.push(Buffer.from(bytes.subarray(at, at + size))).map((piece) => Buffer.from(piece)));
  out.push(...filter.end());
  return { text: Buffer.concat(out).toString(), filter };
}

describe("DumpFilter", () => {
  it("passes all but the sandbox line, aimed at the target", () => {
    const { text, filter } = filtered();
    expect(text).not.toContain("sandbox");
    expect(text.match(/ALTER DATABASE `tar``get`/g)).toHaveLength(1);
    expect(text.replace("`tar``get`", "`src`")).toBe(DUMP.replace(/^.*sandbox.*\n/m, "\n"));
    expect(filter.defaults).toEqual({ characterSet: "latin1", collation: "latin1_swedish_ci" });
  });

  it.each([1, 5, 33])("is the same in pieces of %i bytes", (size) => {
    expect(filtered({}, DUMP, size).text).toBe(filtered().text);
  });

  it("keeps the sections of chosen tables with their triggers, and head and foot", () => {
    const one = filtered({ tables: new Set(["a"]) });
    for (const part of ["SET @OLD_TIME_ZONE", "(1);", "TRIGGER `tr`", "SET TIME_ZONE=", "Dump completed"])
      expect(one.text).toContain(part);
    for (const part of ["`b``c`", "EVENT", "PROCEDURE"]) expect(one.text).not.toContain(part);
    const other = filtered({ tables: new Set(["b`c", "absent"]) });
    expect(other.text).toContain("CREATE TABLE `b``c`");
    expect(other.text).not.toContain("(1);");
    expect([...other.filter.found]).toEqual(["b`c"]);
  });

  it("leaves events out where they must not run", () => {
    const { text } = filtered({ withoutEvents: true });
    expect(text).not.toContain("CREATE EVENT");
    expect(text).toContain("CREATE PROCEDURE");
  });

  it("does not let a dump drop what is to stay", () => {
    expect(() => filtered({ keep: new Set(["a"]) })).toThrow(/choose to drop what exists/);
    expect(filtered({ keep: new Set(["b`c"]) }).text).toContain("DROP TABLE");
    const library = () => filtered({ keep: new Set(["l"]) }, `DROP LIBRARY IF EXISTS \`l\`;\n${DUMP}`);
    expect(library).toThrow(/choose to drop what exists/);
  });

  it.each(["USE `other`;\n", "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `other`;\n"])(
    "refuses a dump that chooses its database: %s",
    (line) => expect(() => filtered({}, `${line}${DUMP}`)).toThrow(/chooses its database itself/),
  );

  it("refuses a dump without its end", () => {
    expect(() => filtered({}, DUMP.slice(0, -20))).toThrow(/cut off/);
  });
});
