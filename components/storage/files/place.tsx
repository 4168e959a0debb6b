/** Address of a folder's page; "" is the root. `page` is only for show, `cursor` leads there. */
export function folderHref(id: string, path: string, at?: { cursor: string; page: number }): string {
  const query = new URLSearchParams();
  if (path !== "") query.set("path", path);
  if (at) {
    query.set("cursor", at.cursor);
    query.set("page", String(at.page));
  }
  const words = query.toString();
  return `/storage/${id}/files${words === "" ? "" : `?${words}`}`;
}

/** Of a file as it is, or of a folder as a ZIP archive. */
export function downloadHref(id: string, path: string): string {
  return `/api/storage-locations/${id}/files/download?${new URLSearchParams({ path })}`;
}

/** A name for a copy beside the original: `shop.dump.zst` becomes `shop-copy.dump.zst`. */
export function copyName(path: string): string {
  const at = path.lastIndexOf("/") + 1;
  return path.slice(0, at) + path.slice(at).replace(/^(.[^.]*)/, "$1-copy");
}
