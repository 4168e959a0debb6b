import type { Db } from "mongodb";

/** Every document and index of a database, by collection; equal for equal contents. */
export async function contentsOf(db: Db): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    const documents = await db.collection(name).find<Uint8Array>({}, { raw: true }).toArray();
    const indexes = await db.collection(name).indexes();
    found[name] = {
      documents: documents.map((document) => Buffer.from(document).toString("base64")).sort(),
      indexes: indexes.toSorted((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1)),
    };
  }
  return found;
}
