import { readFileSync } from "node:fs";

/** Names of users and groups as this machine knows them; empty where it keeps no such list. */
export interface Owners {
  readonly userName: (uid: number) => string;
  readonly groupName: (gid: number) => string;
  readonly uid: (name: string) => number | undefined;
  readonly gid: (name: string) => number | undefined;
}

export function readOwners(): Owners {
  const users = readList("/etc/passwd");
  const groups = readList("/etc/group");
  return {
    userName: (uid) => users.names.get(uid) ?? "",
    groupName: (gid) => groups.names.get(gid) ?? "",
    uid: (name) => users.ids.get(name),
    gid: (name) => groups.ids.get(name),
  };
}

/** Lines of `name:password:id:…` (passwd(5), group(5)). */
function readList(path: string): { names: Map<number, string>; ids: Map<string, number> } {
  const names = new Map<number, string>();
  const ids = new Map<string, number>();
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  for (const line of text.split("\n")) {
    const [name = "", , id = ""] = line.split(":");
    if (name === "" || !/^\d+$/.test(id)) continue;
    ids.set(name, Number(id));
    if (!names.has(Number(id))) names.set(Number(id), name);
  }
  return { names, ids };
}
