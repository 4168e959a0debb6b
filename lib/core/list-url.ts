/** The state of a list lives in its address: `?page=2&limit=50&sort=-created_at&status=failed`. */
export type SortState = { key: string; descending: boolean };

export const DEFAULT_LIMIT = 20;

export function sortOf(params: URLSearchParams): SortState | null {
  const raw = params.get("sort");
  if (!raw) return null;
  return raw.startsWith("-") ? { key: raw.slice(1), descending: true } : { key: raw, descending: false };
}

export function pageOf(params: URLSearchParams): number {
  const page = Number(params.get("page"));
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

/**
 * The query string after a change, with its `?`; empty when nothing is left. `null` and `""` remove a key.
 * Any change but that of the page itself goes back to the first page.
 */
export function changedQuery(
  params: URLSearchParams,
  changes: Readonly<Record<string, string | number | null>>,
): string {
  const next = new URLSearchParams(params);
  if (!("page" in changes)) next.delete("page");
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "" || (key === "page" && value === 1)) next.delete(key);
    else next.set(key, String(value));
  }
  const query = next.toString();
  return query === "" ? "" : `?${query}`;
}

/** A header is clicked: first the natural direction, then the other one, then none. */
export function nextSort(current: SortState | null, key: string, descendingFirst: boolean): string | null {
  const value = (descending: boolean) => (descending ? `-${key}` : key);
  if (current?.key !== key) return value(descendingFirst);
  return current.descending === descendingFirst ? value(!descendingFirst) : null;
}
